import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HeadBucketCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import type { Deletion } from '../../../src/s3-admin/mirror/delete/deletion.js';
import type { Survey } from '../../../src/s3-admin/mirror/delete/survey.js';
import type { RunResult } from '../../../src/s3-admin/mirror/run/run-result.js';
import { listPage } from '../../../src/s3-admin/mirror/scan/listing.js';
import type { Verification } from '../../../src/s3-admin/mirror/verify/verify-bucket.js';
import type { BucketResult } from '../../../src/s3-admin/policy/bucket-result.js';
import { s3Error, ScriptedServer } from '../../kit/scripted-server.js';
import { ThrottlingServer } from '../../kit/throttling-server.js';
import { FaultProxy, services, temporaryFolder } from '../../services/index.js';
import { call, type Called } from './call.js';
import { MirrorLab } from './mirror-lab.js';

type Result = RunResult & { done: boolean };
const MIB = 1 << 20;

interface Outcome {
  outcome: string;
  survey: Survey;
  deletion?: Deletion;
}

let lab: MirrorLab;
beforeEach(async () => {
  lab = await MirrorLab.on('radosgw');
});

/**
 * What the toolkit before this one did wrong, each reproduced with it once: the first half of a name says what it did, the
 * second what happens now.
 */
describe('defects of the old toolkit', () => {
  test('equal-size corruption of a multipart object passed: one flipped byte is found, and retry mends it', async () => {
    const parts = [randomBytes(5 * MIB), randomBytes(5 * MIB), randomBytes(1_000)];
    await lab.put('single', randomBytes(100_000));
    await lab.putParts('multi', parts);
    expect((await lab.mirror()).json<Result>().verified[0]?.right).toEqual({ md5: 1, 'md5-parts': 1 });
    lab.flipByte('single');
    lab.flipByte('multi');
    const verify = await lab.call('verify', '-b', lab.bucket);
    expect(verify.code).toBe(1);
    expect(verify.json<{ buckets: Verification[] }>().buckets[0]).toMatchObject({
      wrong: 2,
      complete: false,
    });
    const errors = await lab.call('errors', '-b', lab.bucket);
    expect(errors.code).toBe(1);
    expect(errors.stdout.match(/content_differs/g)).toHaveLength(2);
    const retry = await lab.mirror('retry');
    expect([retry.code, retry.json<Result>().copied.files]).toEqual([0, 2]);
    expect(readFileSync(lab.path('multi')).equals(Buffer.concat(parts))).toBe(true);
    expect((await lab.call('verify', '-b', lab.bucket)).code).toBe(0);
  });

  test('content under a slash-key was deleted with no copy: it is copied first', async () => {
    await lab.put('folder/', 'content of a key that ends in a slash');
    await lab.put('folder/a');
    await lab.mirror();
    expect((await lab.delete(lab.bucket)).code).toBe(0);
    expect([lab.file('folder/^_'), lab.file('folder/a')]).toEqual([
      'content of a key that ends in a slash',
      'content of folder/a',
    ]);
  });

  test('old versions were deleted with no copy: they are named in the prompt, and go with their copies in place', async () => {
    await lab.versioning();
    for (const body of ['one', 'two', 'three']) await lab.put('doc', body);
    await lab.put('hidden', 'still has content');
    await lab.remove('hidden');
    await lab.mirror();
    const called = await lab.delete(lab.bucket);
    expect(called.code).toBe(0);
    expect(firstOutcome(called).survey).toMatchObject({
      current: { files: 1 },
      older: { files: 3 },
      markers: 1,
    });
    expect(firstOutcome(called).deletion).toMatchObject({ deleted: 4, markers: 1, bucketDeleted: true });
    const copies = lab.state((state, id) =>
      state.objects
        .between(id, null, null)
        .map((row) => lab.file(row.latest ? row.key : `${row.key}^v${row.version}`)),
    );
    expect(copies.sort()).toEqual(['one', 'still has content', 'three', 'two']);
  });

  test('an upload after the verify was deleted with no copy: it stays, and stops the deletion of the bucket', async () => {
    await lab.versioning();
    for (let i = 0; i < 5; i++) await lab.put(`k${i}`);
    await lab.mirror();
    const called = await lab.deleteAnswering(() => lab.put('k2', 'written during the prompt'));
    expect([called.code, firstOutcome(called).outcome]).toEqual([1, 'stopped']);
    expect(firstOutcome(called).deletion).toMatchObject({
      deleted: 0,
      bucketDeleted: false,
      stopped: expect.stringContaining('"k2"'),
    });
    await lab.s3.send(new HeadBucketCommand({ Bucket: lab.bucket })); // is there
    expect(await lab.versionsInS3()).toEqual(['k0', 'k1', 'k2', 'k2', 'k3', 'k4']);
  });

  test('`../../x` was written outside the root: it lies below its bucket', async () => {
    const name = lab.bucket; // other tests share the folder around the root
    await lab.put(`../../${name}`);
    expect((await lab.mirror()).code).toBe(0);
    expect(lab.file(`^2E^2E/^2E^2E/${name}`)).toBe(`content of ../../${name}`);
    expect(existsSync(join(lab.root, '..', name))).toBe(false);
    expect(readdirSync(lab.root).sort()).toEqual(['.mirror', lab.bucket].sort());
  });

  test('`a` with `a/b` crashed: the object makes room when its key becomes a folder', async () => {
    await lab.put('a', 'file');
    await lab.mirror();
    await lab.put('a/b', 'below');
    expect((await lab.mirror()).code).toBe(0);
    expect([lab.file('a^f'), lab.file('a/b')]).toEqual(['file', 'below']);
    expect((await lab.call('verify', '-b', lab.bucket)).code).toBe(0);
  });

  test('a rescan cleared finished flags and kept stale ETags: it keeps what is true and notices what changed', async () => {
    for (const key of ['same', 'changed', 'gone']) await lab.put(key);
    await lab.mirror();
    const before = lab.state((state, id) => state.objects.get(id, 'same', 'null'));
    await lab.put('changed', 'another content');
    await lab.put('new');
    await lab.remove('gone');
    const { code, json } = await lab.mirror();
    expect(code).toBe(0);
    expect(json<Result>()).toMatchObject({ scan: { added: 1, changed: 1, gone: 1 }, copied: { files: 2 } });
    expect(lab.state((state, id) => state.objects.get(id, 'same', 'null'))).toEqual(before);
    expect(lab.file('changed')).toBe('another content');
    const { ETag } = await lab.s3.send(new HeadObjectCommand({ Bucket: lab.bucket, Key: 'changed' }));
    const changed = lab.state((state, id) => state.objects.get(id, 'changed', 'null'));
    expect([changed?.state, `"${changed?.etag}"`]).toEqual(['verified', ETag]);
    expect(lab.file('gone')).toBe('content of gone');
    const gone = lab.state((state, id) => state.objects.get(id, 'gone', 'null'));
    expect(gone?.state).toBe('kept');
    expect(
      (await lab.call('verify', '-b', lab.bucket)).json<{ buckets: Verification[] }>().buckets[0],
    ).toMatchObject({ wrong: 0, extra: 0 });
  });

  test('downloads went one at a time: they run at once', async () => {
    const { endpoint } = await services.radosgw();
    const server = await ThrottlingServer.before(endpoint, 1_000);
    lab = await MirrorLab.on('radosgw', server.url);
    for (let i = 0; i < 40; i++) await lab.put(`k${i}`);
    expect((await lab.mirror('--concurrency', '8')).code).toBe(0);
    expect(server.most).toBe(8);
    await server.close();
  });

  test('downloads were not atomic: half of an object is never seen under its name', async () => {
    const { endpoint } = await services.radosgw();
    const proxy = await FaultProxy.to(endpoint);
    lab = await MirrorLab.on('radosgw', proxy.url(endpoint));
    await lab.put('a', randomBytes(4 * MIB));
    lab.onceStderr('scan:', () => proxy.set({ kind: 'cut', afterBytes: 2 * MIB }));
    expect((await lab.mirror()).code).toBe(1);
    expect(existsSync(lab.path('a'))).toBe(false);
    proxy.set({ kind: 'none' });
    expect((await lab.mirror()).code).toBe(0);
    expect(statSync(lab.path('a')).size).toBe(4 * MIB);
    await proxy.close();
  });

  test('restores expired before their copy: they are asked for again', async () => {
    lab = await MirrorLab.on('moto');
    await lab.mirror();
    await lab.put('cold', 'again', { StorageClass: 'GLACIER' });
    const page = await listPage(lab.s3, lab.bucket, false, { key: null });
    // As if a run long ago had asked, and what was restored were gone by now.
    lab.state((state, id) =>
      state.objects.insert(
        id,
        page.objects.map((object) => ({ object, state: 'restoring' })),
      ),
    );
    expect((await lab.mirror()).code).toBe(0);
    expect(lab.file('cold')).toBe('again');
  });

  test('an AWS error in the middle of apply aborted the rest, and a missing policy file exited 0', async () => {
    const { endpoint } = await services.moto();
    const server = await ScriptedServer.before(endpoint);
    const [first, refused, missing, last] = (await Promise.all(
      Array.from({ length: 4 }, () => MirrorLab.on('moto', server.url)),
    )) as [MirrorLab, MirrorLab, MirrorLab, MirrorLab];
    const folder = temporaryFolder('policies');
    for (const { bucket } of [first, refused, last]) {
      writeFileSync(join(folder, `${bucket}_policy.json`), JSON.stringify(allowing(bucket)));
    }
    server.script = ({ method, path, query }) =>
      method === 'PUT' && query.has('policy') && path.includes(refused.bucket)
        ? s3Error(400, 'MalformedPolicy')
        : undefined;
    const buckets = [first, refused, missing, last].map(({ bucket }) => bucket);
    const { code, json } = await call(
      first.settings,
      ...['policy', 'apply', ...buckets, '--execute', '--folder', folder, '--json'],
    );
    expect(code).toBe(1);
    const { results } = json<{ results: BucketResult[] }>();
    expect(results.map(({ status }) => status)).toEqual(['applied', 'failed', 'failed', 'applied']);
    await server.close();
  });
});

function firstOutcome({ json }: Called): Outcome {
  return json<{ buckets: Outcome[] }>().buckets[0] as Outcome;
}

function allowing(bucket: string) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        ...{ Sid: 'Read', Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' } },
        ...{ Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` },
      },
    ],
  };
}
