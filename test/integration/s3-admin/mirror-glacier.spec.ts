import { RestoreObjectCommand } from '@aws-sdk/client-s3';
import { readRestoreHeader } from '../../../src/s3-admin/mirror/restore/poll.js';
import { expectedAt, tierFor } from '../../../src/s3-admin/mirror/restore/tiers.js';
import { listPage } from '../../../src/s3-admin/mirror/scan/listing.js';
import type { RunResult } from '../../../src/s3-admin/mirror/run.js';
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
  const { code, json } = await lab.mirror('--restore-tier', 'Expedited');
  expect([code, json<RunResult>().copied.files]).toEqual([0, 4]);
  expect([lab.file('cold'), lab.file('deep'), lab.file('instant')]).toEqual([
    'from the archive',
    'from the depths',
    'readable at once',
  ]);
  const tier = (key: string) => lab.state((state, id) => state.objects.get(id, key, 'null')?.restoreTier);
  expect([tier('cold'), tier('deep'), tier('instant')]).toEqual(['Expedited', 'Standard', null]);
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

test('a restore that ended before its copy is asked for again', async () => {
  await lab.mirror();
  await lab.put('cold', 'again', { StorageClass: 'GLACIER' });
  const page = await listPage(lab.s3, lab.bucket, false, { key: null });
  // As if a run long ago had asked, and what was restored were gone by now.
  lab.state((state, id) =>
    state.objects.insert(
      id,
      page.objects.map((object) => ({ ...object, state: 'restoring' })),
    ),
  );
  expect((await lab.mirror()).code).toBe(0);
  expect(lab.file('cold')).toBe('again');
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
    expect(tierFor('DEEP_ARCHIVE', 'Expedited')).toBe('Standard');
    expect(tierFor('GLACIER', 'Expedited')).toBe('Expedited');
    expect(expectedAt('DEEP_ARCHIVE', 'Bulk', 0)).toBe(48 * 3_600_000);
  });
});
