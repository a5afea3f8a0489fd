import { renameSync } from 'node:fs';
import { ListObjectVersionsCommand, RestoreObjectCommand } from '@aws-sdk/client-s3';
import { readRestoreHeader } from '../../../src/s3-admin/mirror/restore/poll.js';
import { expectedAt, tierFor } from '../../../src/s3-admin/mirror/restore/tiers.js';
import type { RunResult } from '../../../src/s3-admin/mirror/run/run-result.js';
import { s3Error, ScriptedServer } from '../../kit/scripted-server.js';
import { services } from '../../services/index.js';
import { MirrorLab } from './mirror-lab.js';

let lab: MirrorLab;
beforeEach(async () => {
  lab = await MirrorLab.on('moto');
});

test('archived objects are restored and copied with the others; a second run has nothing to do', async () => {
  await lab.put('warm');
  await lab.put('cold', 'from the archive', { StorageClass: 'GLACIER' });
  await lab.put('deep', 'from the depths', { StorageClass: 'DEEP_ARCHIVE' });
  await lab.put('instant', 'readable at once', { StorageClass: 'GLACIER_IR' });
  const { code, json, stderr } = await lab.mirror('--restore-tier', 'Expedited', '--max-restores', '1');
  expect([code, json<RunResult>().copied.files]).toEqual([0, 4]);
  expect(stderr.match(/Deep Archive has no Expedited.*/g)).toHaveLength(1);
  expect([lab.file('cold'), lab.file('deep'), lab.file('instant')]).toEqual([
    'from the archive',
    'from the depths',
    'readable at once',
  ]);
  const tier = (key: string) => lab.state((state, id) => state.objects.get(id, key, 'null')?.restoreTier);
  expect([tier('cold'), tier('deep'), tier('instant')]).toEqual(['Expedited', 'Standard', null]);
  const { stdout } = await lab.call('report', '--export', '-');
  expect(stdout).toMatch(/"key":"deep".*"restoreTier":"Standard"/);
  expect((await lab.mirror()).json<RunResult>()).toMatchObject({
    copied: { files: 0 },
    scan: { changed: 0 },
  });
});

test('a restore under way is success; --no-wait ends with 1 and what is waited for', async () => {
  await lab.put('cold', 'x', { StorageClass: 'GLACIER' });
  // Asked for by someone else: moto is done at once, a second request answers 200.
  await lab.s3.send(
    new RestoreObjectCommand({ Bucket: lab.bucket, Key: 'cold', RestoreRequest: { Days: 1 } }),
  );
  expect((await lab.mirror('--no-wait')).code).toBe(0);
});

test('no more restores than allowed are under way, and all are copied in the end', async () => {
  for (let i = 0; i < 7; i++) await lab.put(`cold-${i}`, `content ${i}`, { StorageClass: 'GLACIER' });
  const { code, json } = await lab.mirror('--max-restores', '2');
  expect([code, json<RunResult>().copied.files]).toEqual([0, 7]);
});

describe('before a server that a script interrupts', () => {
  let server: ScriptedServer;
  beforeEach(async () => {
    const { endpoint } = await services.moto();
    server = await ScriptedServer.before(endpoint);
    lab = await MirrorLab.on('moto', server.url);
  });
  afterEach(() => server.close());

  const restoreRequests = () => server.asked.filter(({ query }) => query.has('restore'));

  test('versions that are not the current one are restored by their ids', async () => {
    await lab.versioning();
    for (const body of ['one', 'two', 'three']) await lab.put('cold', body, { StorageClass: 'GLACIER' });
    expect((await lab.mirror()).code).toBe(0);
    const { Versions = [] } = await lab.s3.send(new ListObjectVersionsCommand({ Bucket: lab.bucket }));
    const ids = Versions.map(({ VersionId }) => VersionId as string);
    expect(
      restoreRequests()
        .map(({ query }) => query.get('versionId'))
        .sort(),
    ).toEqual([...ids].sort());
    const older = Versions.filter(({ IsLatest }) => !IsLatest).map(({ VersionId }) =>
      lab.file(`cold^v${VersionId}`),
    );
    expect([lab.file('cold'), ...older].sort()).toEqual(['one', 'three', 'two']);
  });

  test('how far restores are is read from the listing, a page for all of them', async () => {
    await lab.versioning();
    for (const body of ['one', 'two']) await lab.put('cold', body, { StorageClass: 'GLACIER' });
    const { Versions = [] } = await lab.s3.send(new ListObjectVersionsCommand({ Bucket: lab.bucket }));
    const status = (xml: string): string =>
      `<ListVersionsResult><Name>${lab.bucket}</Name><IsTruncated>false</IsTruncated>${Versions.map(({ Key, VersionId }) => `<Version><Key>${Key}</Key><VersionId>${VersionId}</VersionId><RestoreStatus>${xml}</RestoreStatus></Version>`).join('')}</ListVersionsResult>`;
    let body = status('<IsRestoreInProgress>true</IsRestoreInProgress>');
    server.script = ({ headers }) =>
      headers['x-amz-optional-object-attributes'] === 'RestoreStatus' ? { status: 200, body } : undefined;
    const waiting = await lab.mirror('--no-wait');
    expect([waiting.code, waiting.json<RunResult>().archived]).toEqual([1, 2]);
    const { stdout } = await lab.call('status');
    expect(stdout).toMatch(/"running": 2,\s+"readyAbout": "/);
    body = status(
      '<IsRestoreInProgress>false</IsRestoreInProgress><RestoreExpiryDate>2999-01-01T00:00:00Z</RestoreExpiryDate>',
    );
    expect((await lab.mirror('--no-wait')).code).toBe(0);
    expect([
      lab.file('cold'),
      lab.file(`cold^v${Versions.find(({ IsLatest }) => !IsLatest)?.VersionId}`),
    ]).toEqual(['two', 'one']);
    expect(restoreRequests()).toHaveLength(2);
    expect(server.asked.filter(({ method, path }) => method === 'HEAD' && path.endsWith('/cold'))).toEqual(
      [],
    );
  });

  /** As S3 answers for an object in an archive tier of Intelligent-Tiering, which its listing does not show. */
  function archive(tier: 'ARCHIVE_ACCESS' | 'DEEP_ARCHIVE_ACCESS'): void {
    let restored = false;
    server.script = ({ method, query, body }) => {
      if (query.has('restore')) {
        if (body.includes('<Days>')) return s3Error(400, 'InvalidArgument');
        if (tier === 'DEEP_ARCHIVE_ACCESS' && body.includes('Expedited'))
          return s3Error(400, 'InvalidArgument');
        restored = true;
        return { status: 202 };
      }
      if (restored || query.size > 0) return undefined;
      if (method === 'GET') return s3Error(403, 'InvalidObjectState');
      const headers = { 'x-amz-storage-class': 'INTELLIGENT_TIERING', 'x-amz-archive-status': tier };
      return method === 'HEAD' ? { status: 200, headers } : undefined;
    };
  }

  test.each([
    ['ARCHIVE_ACCESS', 'Expedited'],
    ['DEEP_ARCHIVE_ACCESS', 'Standard'],
  ] as const)('Intelligent-Tiering in %s: asked for as %s, without Days', async (archiveTier, tier) => {
    await lab.put('tiered', 'moved back', { StorageClass: 'INTELLIGENT_TIERING' });
    archive(archiveTier);
    const { code, json } = await lab.mirror('--restore-tier', 'Expedited');
    expect([code, json<RunResult>().failed, lab.file('tiered')]).toEqual([0, 0, 'moved back']);
    expect(restoreRequests().map(({ body }) => /<Tier>(.*)<\/Tier>/.exec(body)?.[1])).toEqual([tier]);
  });

  test('a server that fails while restores are asked for is no object’s failure', async () => {
    await lab.put('cold', 'x', { StorageClass: 'GLACIER' });
    server.script = ({ query }) => (query.has('restore') ? s3Error(500, 'InternalError') : undefined);
    const { code, json } = await lab.mirror('--no-wait');
    expect([code, json<RunResult>()]).toMatchObject([1, { failed: 0, archived: 1 }]);
    server.script = () => undefined;
    expect((await lab.mirror()).code).toBe(0);
    expect(lab.file('cold')).toBe('x');
  });

  test('a restore that someone else asked for a moment before is no failure', async () => {
    await lab.put('cold', 'x', { StorageClass: 'GLACIER' });
    server.script = ({ query }) =>
      query.has('restore') ? s3Error(409, 'RestoreAlreadyInProgress') : undefined;
    const { code, json } = await lab.mirror('--no-wait');
    expect([code, json<RunResult>()]).toMatchObject([1, { failed: 0, archived: 1 }]);
  });

  test('an archived object that is gone by now is forgotten', async () => {
    await lab.put('cold', 'x', { StorageClass: 'GLACIER' });
    await lab.put('warm');
    server.script = ({ query }) => (query.has('restore') ? s3Error(404, 'NoSuchKey') : undefined);
    const { code, json } = await lab.mirror();
    expect([code, json<RunResult>().copied.files]).toEqual([0, 1]);
  });

  test('its earlier copy, once found wrong, is kept on record: it is the only one', async () => {
    await lab.put('cold', 'x', { StorageClass: 'GLACIER' });
    await lab.mirror();
    renameSync(lab.path('cold'), lab.path('../aside'));
    expect((await lab.mirror('verify')).code).toBe(1);
    server.script = ({ query }) => (query.has('restore') ? s3Error(404, 'NoSuchKey') : undefined);
    await lab.mirror();
    renameSync(lab.path('../aside'), lab.path('cold'));
    expect((await lab.mirror('verify')).json()).toMatchObject({ buckets: [{ right: { md5: 1 }, extra: 0 }] });
  });
});

describe('what S3 says of a restore', () => {
  const now = Date.parse('2024-06-01T00:00:00Z');
  test.each([
    ['ongoing-request="true"', 'GLACIER', undefined, 'running'],
    ['ongoing-request="false", expiry-date="Sat, 08 Jun 2024 00:00:00 GMT"', 'GLACIER', undefined, 'ready'],
    ['ongoing-request="false", expiry-date="Fri, 31 May 2024 00:00:00 GMT"', 'GLACIER', undefined, 'expired'],
    [undefined, 'DEEP_ARCHIVE', undefined, 'expired'],
    [undefined, 'INTELLIGENT_TIERING', 'DEEP_ARCHIVE_ACCESS', 'expired'],
    [undefined, 'INTELLIGENT_TIERING', undefined, 'ready'],
  ])('%s of a %s object (%s) is %s', (header, storageClass, archiveStatus, readiness) => {
    expect(readRestoreHeader(header, storageClass, archiveStatus, now).readiness).toBe(readiness);
  });

  test('Deep Archive has no Expedited, and takes longest', () => {
    expect(tierFor(true, 'Expedited')).toBe('Standard');
    expect(tierFor(false, 'Expedited')).toBe('Expedited');
    expect(expectedAt('DEEP_ARCHIVE', 'Bulk', 0)).toBe(48 * 3_600_000);
  });
});
