import { rmSync, writeFileSync } from 'node:fs';
import { CreateMultipartUploadCommand, HeadBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Deletion } from '../../../src/s3-admin/mirror/delete/deletion.js';
import type { Survey } from '../../../src/s3-admin/mirror/delete/survey.js';
import { MirrorLab } from './mirror-lab.js';

interface Outcome {
  outcome: string;
  survey: Survey;
  deletion?: Deletion;
}

let lab: MirrorLab;
beforeEach(async () => {
  lab = await MirrorLab.on('radosgw');
});

const bucketIsThere = () =>
  lab.s3.send(new HeadBucketCommand({ Bucket: lab.bucket })).then(
    () => true,
    () => false,
  );
const outcomeOf = (called: { json: <T>() => T }) =>
  called.json<{ buckets: Outcome[] }>().buckets[0] as Outcome;

test('a verified bucket goes after its name is typed, and the copies stay', async () => {
  for (const key of ['a', 'slash/', 'slash/x', '../up', 'ctl\x01', 'nl\nb', '&<>"']) await lab.put(key);
  await lab.mirror();
  const called = await lab.delete(lab.bucket);
  expect([called.code, outcomeOf(called).outcome]).toEqual([0, 'deleted']);
  expect(called.stderr).toContain('current objects     7');
  expect(called.stderr).toContain("compared with S3's md5: 7");
  expect(await bucketIsThere()).toBe(false);
  expect(lab.file('slash/^_')).toBe('content of slash/');
  expect(lab.state((state, id) => state.tallies.count(['deleted'], id).files)).toBe(7);
  expect((await lab.call('verify')).code).toBe(0);
});

test.each(['', 'yes', 'y', 'some-other-bucket'])(
  'any other answer (%j) keeps everything: exit 2',
  async (typed) => {
    await lab.put('a');
    await lab.mirror();
    const called = await lab.delete(typed);
    expect([called.code, outcomeOf(called).outcome]).toEqual([2, 'declined']);
    expect(await lab.versionsInS3()).toEqual(['a']);
  },
);

test('--keep-bucket empties it', async () => {
  await lab.put('a');
  await lab.mirror();
  expect((await lab.delete(lab.bucket, '--keep-bucket')).code).toBe(0);
  expect([await bucketIsThere(), await lab.versionsInS3()]).toEqual([true, []]);
});

test('what a deletion took that was killed before it could say so is recorded, and not shown as in the bucket', async () => {
  for (const key of ['a', 'b']) await lab.put(key);
  await lab.mirror();
  await lab.remove('a'); // as that one did
  const called = await lab.delete(lab.bucket);
  expect([called.code, outcomeOf(called).survey.proofs]).toEqual([0, { md5: { files: 1, bytes: 12 } }]);
  expect(lab.state((state, id) => state.tallies.count(['deleted'], id).files)).toBe(2);
});

test.each([
  ['an object written since', async () => void (await lab.put('new')), /"new".*written since/],
  [
    'an object overwritten since',
    async () => void (await lab.put('a', 'content of b')),
    /"a".*changed since/,
  ],
  ['a copy that is missing', async () => rmSync(lab.path('a')), /"a".*is missing/],
  ['a copy of another size', async () => writeFileSync(lab.path('a'), ''), /"a".*0 bytes, not 12/],
])('%s forbids the deletion before anything is touched', async (_, change, reason) => {
  await lab.put('a');
  await lab.put('b');
  await lab.mirror();
  await change();
  const before = await lab.versionsInS3();
  const called = await lab.delete(lab.bucket);
  expect([called.code, outcomeOf(called).outcome]).toEqual([2, 'refused']);
  expect(outcomeOf(called).survey.refusals.join('\n')).toMatch(reason);
  expect(called.stderr).toContain('will NOT be deleted');
  expect(await lab.versionsInS3()).toEqual(before);
});

test('what is not verified is not deleted: failed, or never mirrored', async () => {
  await lab.put('a');
  await lab.mirror();
  writeFileSync(lab.path('a'), 'content of X');
  expect((await lab.call('verify', '-b', lab.bucket)).code).toBe(1);
  const called = await lab.delete(lab.bucket);
  expect([called.code, outcomeOf(called).outcome]).toEqual([2, 'refused']);
  expect(await lab.versionsInS3()).toEqual(['a']);
  expect((await lab.call('delete', 'never-mirrored')).code).toBe(2);
});

test('versioning switched on since the listing forbids it', async () => {
  await lab.put('a');
  await lab.mirror();
  await lab.versioning();
  const called = await lab.delete(lab.bucket);
  expect(outcomeOf(called).survey.refusals[0]).toMatch(/versioning is now Enabled, it was off/);
});

test('unfinished uploads are shown, and aborted', async () => {
  await lab.put('a');
  await lab.s3.send(new CreateMultipartUploadCommand({ Bucket: lab.bucket, Key: 'half' }));
  await lab.mirror();
  const called = await lab.delete(lab.bucket);
  expect(called.stderr).toContain('unfinished uploads  1');
  expect(outcomeOf(called).deletion).toMatchObject({ uploadsAborted: 1, bucketDeleted: true });
});

test('a locked bucket is noticed before anything is touched', async () => {
  const locked = await MirrorLab.on('moto', undefined, { ObjectLockEnabledForBucket: true });
  await locked.s3.send(new PutObjectCommand({ Bucket: locked.bucket, Key: 'a', Body: 'x' }));
  expect((await locked.mirror()).code).toBe(0);
  const called = await locked.delete(locked.bucket);
  expect([called.code, outcomeOf(called).outcome]).toEqual([2, 'refused']);
  expect(outcomeOf(called).survey.refusals.join()).toContain('Object Lock is on');
});

test('mirror --delete offers it after the round', async () => {
  await lab.put('a');
  lab.stdin = `${lab.bucket}\n`;
  const called = await lab.mirror('--delete');
  expect(called.code).toBe(0);
  expect(await bucketIsThere()).toBe(false);
});
