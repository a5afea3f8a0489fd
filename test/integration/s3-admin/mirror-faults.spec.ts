import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { RunResult } from '../../../src/s3-admin/mirror/run/run-result.js';
import { s3Error, ScriptedServer } from '../../kit/scripted-server.js';
import { ThrottlingServer } from '../../kit/throttling-server.js';
import { FaultProxy, services } from '../../services/index.js';
import { MirrorLab } from './mirror-lab.js';

const MIB = 1 << 20;

test('a server that says SlowDown is asked less, and every object comes in the end', async () => {
  const { endpoint } = await services.radosgw();
  const server = await ThrottlingServer.before(endpoint, 3);
  const lab = await MirrorLab.on('radosgw', server.url);
  for (let i = 0; i < 60; i++) await lab.put(`k${i}`);
  const { code, json } = await lab.mirror('--concurrency', '16');
  await server.close();
  expect([code, json<RunResult>().copied.files]).toEqual([0, 60]);
  expect(server.slowDowns).toBeGreaterThan(0);
  expect(server.most).toBe(3);
});

describe('a server behind a broken network', () => {
  let proxy: FaultProxy;
  let lab: MirrorLab;
  beforeEach(async () => {
    const { endpoint } = await services.radosgw();
    proxy = await FaultProxy.to(endpoint);
    lab = await MirrorLab.on('radosgw', proxy.url(endpoint));
  });
  afterEach(() => proxy.close());

  test('frozen in the middle: the run ends with 2 and what to do; the next one goes on', async () => {
    for (let i = 0; i < 40; i++) await lab.put(`k${i}`);
    lab.onceStderr('scan:', () => proxy.set({ kind: 'hang' }));
    const frozen = await lab.mirror('--timeout', '1');
    expect([frozen.code, frozen.json()]).toMatchObject([2, { error: { code: 'unreachable' } }]);
    expect(lab.state((state, id) => state.tallies.count(['failed'], id).files)).toBe(0);
    proxy.set({ kind: 'none' });
    proxy.cutAll();
    const { code, json } = await lab.mirror();
    expect([code, json<RunResult>().verified[0]?.right]).toEqual([0, { md5: 40 }]);
  });

  test('a large object goes on with the ranges that are there', async () => {
    const bytes = randomBytes(12 * MIB);
    await lab.put('large', bytes);
    proxy.set({ kind: 'cut', afterBytes: 3.5 * MIB });
    const cut = await lab.mirror(
      '--large-object',
      '2MiB',
      '--part-size',
      '1MiB',
      '--concurrency',
      '1',
      '--timeout',
      '5',
    );
    proxy.set({ kind: 'none' });
    const there = cut.code === 0 ? 12 : lab.state((state) => state.fetchedRanges.partials().length);
    expect(there).toBeGreaterThan(0);
    expect((await lab.mirror('--large-object', '2MiB', '--part-size', '1MiB')).code).toBe(0);
    expect(readFileSync(lab.path('large')).equals(bytes)).toBe(true);
    expect(readdirSync(join(lab.root, '.mirror/partial'))).toEqual([]);
    expect(lab.state((state) => state.fetchedRanges.partials())).toEqual([]);
  });

  test('answers cut short are asked for again', async () => {
    for (let i = 0; i < 10; i++) await lab.put(`k${i}`, randomBytes(40_000));
    await lab.mirrorUntil('scan');
    proxy.set({ kind: 'cut', afterBytes: 150_000 });
    const { code } = await lab.mirror('--concurrency', '2');
    expect(code).toBe(0);
  });

  test('Ctrl-C: what is in flight ends, exit 130, and the next run goes on', async () => {
    for (let i = 0; i < 200; i++) await lab.put(`k${i}`);
    const stopped = await lab.mirrorUntil('scan', '--concurrency', '1');
    expect(stopped.code).toBe(130);
    expect(stopped.json<RunResult>().phase).not.toBe('complete');
    const { code, json } = await lab.mirror();
    expect([code, json<RunResult>().scan.listed]).toEqual([0, 0]); // the listing was done
    expect(lab.state((state, id) => state.tallies.count(['verified'], id).files)).toBe(200);
  });
});

test('an object replaced between listing and copy is looked at again; one that is gone is no failure', async () => {
  const lab = await MirrorLab.on('radosgw');
  for (const key of ['gone', 'replaced', 'same']) await lab.put(key);
  await lab.mirrorUntil('scan', '--concurrency', '1');
  lab.state((state, id) => {
    // As if the listing had been long ago.
    for (const row of state.objects.between(id, null, null)) {
      if (row.state === 'verified' || row.state === 'copied') state.objects.update(row, { state: 'pending' });
    }
  });
  await lab.remove('gone');
  await lab.put('replaced', 'the new content, of another length');
  const { code, json } = await lab.mirror();
  expect([code, json<RunResult>().failed]).toEqual([0, 0]);
  expect(lab.file('replaced')).toBe('the new content, of another length');
  expect(lab.state((state, id) => state.tallies.count(['verified'], id).files)).toBe(2);
});

test('an object replaced between two of its ranges is never put together from both', async () => {
  const { endpoint } = await services.radosgw();
  const server = await ScriptedServer.before(endpoint);
  const lab = await MirrorLab.on('radosgw', server.url);
  const [former, latter] = [randomBytes(3 * MIB), randomBytes(3 * MIB)];
  const { kmsKeys } = await services.radosgw();
  // Encrypted so that S3 gives nothing to compare the whole with.
  const encrypted = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeys[0] } as const;
  await lab.put('large', former, encrypted);
  let ranges = 0;
  server.script = async ({ method, headers }) => {
    if (method === 'GET' && headers.range && ++ranges === 2) await lab.put('large', latter, encrypted);
    return undefined;
  };
  const { code } = await lab.mirror('--large-object', '2MiB', '--part-size', '1MiB', '--concurrency', '1');
  await server.close();
  expect(code).toBe(0);
  expect(readFileSync(lab.path('large')).equals(latter)).toBe(true);
});

test.each([
  ['lost what was written', (file: string) => writeFileSync(file, Buffer.alloc(2 * MIB))],
  ['is shorter than the state says', (file: string) => truncateSync(file, 1)],
])('a partial file that %s, as after a power cut, is fetched anew in the same run', async (_, damage) => {
  const { endpoint } = await services.radosgw();
  const server = await ScriptedServer.before(endpoint);
  const lab = await MirrorLab.on('radosgw', server.url);
  const bytes = randomBytes(3 * MIB);
  await lab.put('large', bytes);
  server.script = ({ headers }) =>
    headers.range === `bytes=${2 * MIB}-${3 * MIB - 1}` ? s3Error(403, 'AccessDenied') : undefined;
  const inRanges = ['--large-object', '2MiB', '--part-size', '1MiB', '--concurrency', '1'];
  expect((await lab.mirror(...inRanges)).code).toBe(1);
  const partial = join(lab.root, '.mirror/partial', readdirSync(join(lab.root, '.mirror/partial'))[0] ?? '');
  damage(partial);
  lab.state((state) => state.fetchedRanges.add(basename(partial), MIB, 2 * MIB));
  server.script = () => undefined;
  const { code, json } = await lab.mirror(...inRanges);
  await server.close();
  expect([code, json<RunResult>().failed]).toEqual([0, 0]);
  expect(readFileSync(lab.path('large')).equals(bytes)).toBe(true);
});

test('a listing that failed in the middle is gone on with, which the run says; the next one lists anew', async () => {
  const lab = await MirrorLab.on('radosgw');
  await lab.put('z');
  await lab.mirror();
  lab.state((state, id) => state.buckets.addRange(id, 'm', null)); // as a listing leaves it that failed after m
  await lab.put('a');
  const runs = [await lab.mirror(), await lab.mirror()].map(({ json }) => json<RunResult>());
  expect(runs.map(({ resumed, copied }) => [resumed, copied.files])).toEqual([
    [true, 0],
    [false, 1],
  ]);
  lab.state((state, id) => state.buckets.addRange(id, null, null)); // one that failed at once
  expect((await lab.mirror()).json<RunResult>().resumed).toBe(false);
});

test('a range of other bytes is found when the whole is compared, which then never gets its name', async () => {
  const { endpoint } = await services.radosgw();
  const server = await ScriptedServer.before(endpoint);
  const lab = await MirrorLab.on('radosgw', server.url);
  await lab.put('damaged', randomBytes(3 * MIB));
  server.script = ({ method, headers: { range } }) => {
    if (method !== 'GET' || !range?.startsWith('bytes=0-')) return undefined;
    const headers = { 'content-length': `${MIB}`, 'content-range': `bytes 0-${MIB - 1}/${3 * MIB}` };
    return { status: 206, headers, body: 'x'.repeat(MIB) };
  };
  const { code, json } = await lab.mirror('--large-object', '2MiB', '--part-size', '1MiB');
  await server.close();
  expect([code, json<RunResult>().failed, lab.file('damaged')]).toEqual([1, 1, undefined]);
  expect((await lab.mirror('errors')).stdout).toContain('content_differs: md5 of the bytes');
});

test('what was fetched of a large object that is another one by now does not stay on the disk', async () => {
  const { endpoint } = await services.radosgw();
  const server = await ScriptedServer.before(endpoint);
  const lab = await MirrorLab.on('radosgw', server.url);
  await lab.put('large', Buffer.alloc(3 * MIB));
  server.script = ({ headers }) => {
    if (headers.range?.startsWith(`bytes=${MIB}-`)) lab.controller.current.abort();
    return undefined;
  };
  const inRanges = ['--large-object', '2MiB', '--part-size', '1MiB', '--concurrency', '1'];
  expect((await lab.mirror(...inRanges)).code).toBe(130);
  const partials = (): string[] => readdirSync(join(lab.root, '.mirror/partial'));
  expect(partials()).toHaveLength(1);
  await lab.put('large', 'small by now');
  for (const _ of ['the interrupted round', 'the next']) await lab.mirror(...inRanges);
  await server.close();
  expect([lab.file('large'), partials()]).toEqual(['small by now', []]);
  expect(lab.state((state) => state.fetchedRanges.partials())).toEqual([]);
});

test('an object whose bytes break off each time holds up no other', async () => {
  const { endpoint } = await services.radosgw();
  const server = await ScriptedServer.before(endpoint);
  const lab = await MirrorLab.on('radosgw', server.url);
  for (const key of ['a', 'broken', 'c']) await lab.put(key);
  server.script = ({ method, path }) =>
    method === 'GET' && path.endsWith('/broken')
      ? { status: 200, headers: { 'content-length': '99', connection: 'close' }, body: 'the beg' }
      : undefined;
  const { code, json } = await lab.mirror('--concurrency', '1');
  const errors = (await lab.mirror('errors')).json<{ errors: { key: string; error: string }[] }>();
  await server.close();
  expect([code, json<RunResult>()]).toMatchObject([1, { copied: { files: 2 }, failed: 1 }]);
  expect(errors.errors).toMatchObject([{ key: 'broken', error: expect.stringMatching(/^ECONNRESET/) }]);
});

test('what is denied is shown with what to do about it, object or bucket', async () => {
  const { endpoint } = await services.radosgw();
  const server = await ScriptedServer.before(endpoint);
  const lab = await MirrorLab.on('radosgw', server.url);
  await lab.put('secret');
  server.script = ({ path }) => (path.endsWith('/secret') ? s3Error(403, 'AccessDenied') : undefined);
  await lab.mirror();
  const errors = (await lab.mirror('errors')).json<{
    errors: { key: string; error: string; next: string }[];
  }>();
  expect(errors.errors).toMatchObject([
    {
      key: 'secret',
      error: 'AccessDenied: AccessDenied, says the script (s3:GetObject)',
      next: expect.stringContaining('runbooks/'),
    },
  ]);
  server.script = ({ query }) => (query.has('list-type') ? s3Error(403, 'AccessDenied') : undefined);
  const [bucketError] = (await lab.mirror()).json<RunResult>().bucketErrors;
  await server.close();
  expect(bucketError?.error).toMatch(/^AccessDenied.*\(s3:ListBucket\); request the permission.*runbooks\//);
});
