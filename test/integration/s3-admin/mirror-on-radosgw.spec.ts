import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { pathOfObject } from '../../../src/s3-admin/mirror/names/escape.js';
import type { RunResult } from '../../../src/s3-admin/mirror/run/run-result.js';
import type { Verification } from '../../../src/s3-admin/mirror/verify/verify-bucket.js';
import { services } from '../../services/index.js';
import { MirrorLab } from './mirror-lab.js';

type Result = RunResult & { done: boolean };
const MIB = 1 << 20;

let lab: MirrorLab;
beforeEach(async () => {
  lab = await MirrorLab.on('radosgw');
});

const HOSTILE = [
  ...[
    '../../x',
    '../x',
    '/lead',
    '//two',
    'a//b',
    'slash/',
    'slash',
    'slash/below',
    '.',
    '..',
    'x/../y',
    'x/./y',
    './z',
  ],
  ...[
    'nl\nb',
    'tab\tx',
    'ctl\x01',
    'del\x7f',
    'A',
    'a',
    'CON',
    'nul.txt',
    'a:b',
    'end.',
    'end ',
    'back\\slash',
    '^',
    'x^2Fy',
  ],
  ...[
    'k'.repeat(1_000),
    `${'é'.repeat(200)}/${'x'.repeat(255)}`,
    'ü/日本',
    '😀',
    '\uFFFDx',
    'q?x=1&y#f',
    '%2e%2e/z',
    '+',
    'a b+c%20d',
  ],
];

test('every key lands under its bucket, none is lost or overwrites another; a second run has nothing to do', async () => {
  for (const key of HOSTILE) await lab.put(key);
  const first = await lab.mirror();
  expect([first.code, first.stderr.match(/ERROR.*/)]).toEqual([0, null]);
  expect(first.json<Result>()).toMatchObject({
    phase: 'complete',
    copied: { files: HOSTILE.length },
    failed: 0,
  });

  const found = new Map<string, string>();
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else found.set(path, readFileSync(path, 'utf8'));
    }
  };
  walk(join(lab.root, lab.bucket));
  expect([...found.values()].sort()).toEqual(HOSTILE.map((key) => `content of ${key}`).sort());
  expect(readdirSync(lab.root).sort()).toEqual(['.mirror', lab.bucket].sort());
  expect(lab.file(pathOfObject({ key: 'slash', besideFolder: true }, { portable: false }))).toBe(
    'content of slash',
  );

  const second = await lab.mirror();
  expect(second.code).toBe(0);
  expect(second.json<Result>()).toMatchObject({
    copied: { files: 0 },
    scan: { added: 0, changed: 0, gone: 0 },
    verified: [],
  });
});

test('names for a case-blind disk: no two files differ in letter case alone', async () => {
  const keys = [
    'README',
    'readme',
    'ReadMe',
    'Dir/a',
    'dir/b',
    'dir/B',
    'DIR',
    'é',
    'é'.normalize('NFD'),
    'CON',
    'a:b',
    'x.',
  ];
  for (const key of keys) await lab.put(key);
  expect((await lab.mirror('--names', 'portable')).code).toBe(0);
  const paths = lab.state((state, id) =>
    state.objects
      .between(id, null, null)
      .map((row) => row.path ?? pathOfObject({ key: row.key }, { portable: true })),
  );
  expect(new Set(paths.map((path) => path.normalize('NFC').toLowerCase())).size).toBe(keys.length);
  expect(paths.map((path) => lab.file(path)).sort()).toEqual(keys.map((key) => `content of ${key}`).sort());
});

test('modification time stays, content type and metadata are in the record', async () => {
  await lab.put('a.pdf', 'x', { ContentType: 'application/pdf', Metadata: { origin: 'test' } });
  await lab.mirror();
  const { LastModified } = await lab.s3.send(new HeadObjectCommand({ Bucket: lab.bucket, Key: 'a.pdf' }));
  const seconds = (time?: Date) => Math.floor((time?.getTime() ?? 0) / 1_000);
  expect(seconds(statSync(lab.path('a.pdf')).mtime)).toBe(seconds(LastModified));
  const record = await lab.call('report', '-b', lab.bucket, '--export', join(lab.root, 'record.jsonl'));
  expect(record.code).toBe(0);
  expect(JSON.parse(readFileSync(join(lab.root, 'record.jsonl'), 'utf8'))).toMatchObject({
    key: 'a.pdf',
    comparedWith: 'md5',
    state: 'verified',
    file: `${lab.bucket}/a.pdf`,
    contentType: 'application/pdf',
    metadata: { 'x-amz-meta-origin': 'test' },
    copiedAt: expect.stringMatching(/^\d{4}-/),
    verifiedAt: expect.stringMatching(/^\d{4}-/),
  });
});

test('parts of unequal sizes, and a large object in ranges, are compared part by part', async () => {
  const parts = [randomBytes(6 * MIB), randomBytes(5 * MIB), randomBytes(2 * MIB)];
  await lab.putParts('equal', [parts[1] as Buffer, randomBytes(5 * MIB), randomBytes(7)]);
  await lab.put('large', Buffer.concat(parts));
  const { code, json } = await lab.mirror('--large-object', '2MiB', '--part-size', '1MiB');
  expect([code, json<Result>().verified[0]?.right]).toEqual([0, { md5: 1, 'md5-parts': 1 }]);
  expect(readFileSync(lab.path('large')).equals(Buffer.concat(parts))).toBe(true);
  expect(readdirSync(join(lab.root, '.mirror/partial'))).toEqual([]);
});

test('over TLS with an authority of its own, whole and in ranges', async () => {
  const { tlsEndpoint, caFile } = await services.radosgw();
  lab = await MirrorLab.on('radosgw', tlsEndpoint);
  lab.settings.AWS_CA_BUNDLE = caFile;
  const bytes = randomBytes(5 * MIB + 77);
  for (let i = 0; i < 20; i++) await lab.put(`k${i}`, bytes.subarray(0, i * 999));
  await lab.put('large', bytes);
  const { code } = await lab.mirror('--large-object', '2MiB', '--part-size', '1MiB');
  expect(code).toBe(0);
  expect(readFileSync(lab.path('large')).equals(bytes)).toBe(true);
  expect(lab.state((state, id) => state.tallies.count(['verified'], id).files)).toBe(21);
});

test('verify tells missing, extra and truncated files; what operating systems leave is no extra', async () => {
  for (const key of ['a', 'b', 'c/d']) await lab.put(key);
  await lab.mirror();
  rmSync(lab.path('a'));
  writeFileSync(lab.path('b'), 'short');
  for (const name of ['.DS_Store', 'c/Thumbs.db', 'c/._x', 'c/mine.txt', 'b^zz'])
    writeFileSync(lab.path(name), 'x');
  const { code, json } = await lab.call('verify', '-b', lab.bucket);
  const [found] = json<{ buckets: Verification[] }>().buckets;
  expect(code).toBe(1);
  expect(found).toMatchObject({ right: { md5: 1 }, wrong: 2, extra: 2 });
  expect(found?.extraPaths.sort()).toEqual(['b^zz', 'c/mine.txt']);
  const errors = await lab.call('errors', '-b', lab.bucket);
  expect(errors.stdout).toMatch(/missing: .*[\s\S]*mirror retry/);
  expect(errors.stdout).toMatch(/size_differs: 5 bytes on disk, 12 in S3/);
});

test('every version is copied; the current one has the plain name, also after another became current', async () => {
  await lab.put('doc', 'null version');
  await lab.versioning();
  const first = await lab.put('doc', 'one');
  await lab.put('other', 'x');
  await lab.remove('other');
  expect((await lab.mirror()).code).toBe(0);
  expect([lab.file('doc'), lab.file('doc^vnull')]).toEqual(['one', 'null version']);
  expect(lab.file('other')).toBeUndefined();
  const inode = statSync(lab.path('doc')).ino;

  await lab.put('doc', 'two');
  const { json } = await lab.mirror();
  expect(json<Result>().copied.files).toBe(1);
  expect([lab.file('doc'), lab.file(`doc^v${first.VersionId}`), lab.file('doc^vnull')]).toEqual([
    'two',
    'one',
    'null version',
  ]);
  expect(statSync(lab.path(`doc^v${first.VersionId}`)).ino).toBe(inode);

  const { Versions } = await lab.s3.send(
    new (await import('@aws-sdk/client-s3')).ListObjectVersionsCommand({ Bucket: lab.bucket, Prefix: 'doc' }),
  );
  await lab.remove('doc', Versions?.find(({ IsLatest }) => IsLatest)?.VersionId);
  expect((await lab.mirror()).code).toBe(0);
  expect([lab.file('doc'), lab.file('doc^vnull')]).toEqual(['one', 'null version']);
  expect(
    (await lab.call('verify', '-b', lab.bucket)).json<{ buckets: Verification[] }>().buckets[0],
  ).toMatchObject({ wrong: 0, extra: 0 });
});

test('a mirror whose state was lost is taken over by comparing, not by copying', async () => {
  for (const key of ['a', 'b']) await lab.put(key);
  await lab.mirror();
  writeFileSync(lab.path('b'), 'content of X'); // same size, another content
  const inode = statSync(lab.path('a')).ino;
  lab.stdin = 'reset\n';
  expect((await lab.call('reset')).code).toBe(0);
  expect((await lab.mirror()).code).toBe(0);
  expect(statSync(lab.path('a')).ino).toBe(inode);
  expect(lab.file('b')).toBe('content of b');
});

test('an object without a checksum of S3’s counts as size only, never as verified by checksum', async () => {
  const { kmsKeys } = await (await import('../../services/index.js')).services.radosgw();
  await lab.put('secret', 'x'.repeat(1_000), { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeys[0] });
  const { code, json } = await lab.mirror();
  expect([code, json<Result>().verified[0]?.right]).toEqual([0, { none: 1 }]);
  lab.flipByte('secret');
  expect((await lab.call('verify', '-b', lab.bucket)).code).toBe(1);
});

test('status shows phase, totals and buckets; a command beside a running one reads, a second writer is refused', async () => {
  await lab.put('a');
  await lab.mirror();
  const { code, json } = await lab.call('status');
  expect(code).toBe(0);
  const status = json<{ phase: string; buckets: { bucket: string; synced: object; verified: object }[] }>();
  expect(status.phase).toBe('complete');
  expect(status.buckets.find(({ bucket }) => bucket === lab.bucket)).toMatchObject({
    synced: { files: 1 },
    verified: { files: 1 },
  });
  const [one, two] = await Promise.all([lab.mirror(), lab.mirror()]);
  expect([one.code, two.code].sort()).toEqual([0, 2]);
  expect(one.stdout + two.stdout).toContain('already_running');
});

test('no state, no such bucket, bad settings: exit 2 and what to do', async () => {
  expect((await lab.call('status')).json()).toMatchObject({ error: { code: 'no_state' } });
  expect((await lab.call('-b', 'no-such-bucket')).code).toBe(2);
  const bad = await lab.mirror('--concurrency', 'many', '--restore-tier', 'Fast');
  expect(bad.code).toBe(2);
  expect(bad.stderr).toContain(
    'MIRROR_CONCURRENCY (--concurrency): got "many", takes a whole number from 1 to 512',
  );
  expect(bad.stderr).toContain('GLACIER_RESTORE_TIER');
  await lab.put('a');
  const full = await lab.mirror('--min-free', '1000TiB');
  expect([full.code, full.json()]).toMatchObject([2, { error: { code: 'disk_full' } }]);
  expect(existsSync(lab.path('a'))).toBe(false);
});

test('a folder of the mirror that no one may write is one object’s failure, not the run’s', async () => {
  await lab.put('ok');
  await lab.put('blocked/x');
  mkdirSync(join(lab.root, lab.bucket), { recursive: true });
  writeFileSync(lab.path('blocked'), 'a file of someone');
  const { code, json } = await lab.mirror();
  expect([code, json<Result>().failed]).toEqual([1, 1]);
  expect(lab.file('ok')).toBe('content of ok');
  expect(lab.file('blocked')).toBe('a file of someone');
  expect((await lab.call('errors', '-b', lab.bucket)).stdout).toContain('path_blocked');
});
