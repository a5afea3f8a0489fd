import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { PassThrough } from 'node:stream';
import { watchSyncs } from '../../../../test/kit/synced-paths.js';
import { State } from '../../state/state.js';
import { comparisons } from '../content/comparisons.js';
import { Hasher } from '../content/hasher.js';
import type { Mirror } from '../mirror.js';
import { Names } from '../names/names.js';
import { Progress } from '../progress.js';
import { Landing } from './landing.js';
import { toResponseFacts } from './response.js';
import { WorkFolder } from './work-folder.js';

const root = mkdtempSync(join(tmpdir(), 'landing-'));
const state = State.open(join(root, '.mirror/state.db'));
const bucket = state.buckets.add('bucket', null);
const mirror = {
  ...{
    state,
    hasher: new Hasher(),
    work: new WorkFolder(root),
    names: new Names(state, { portable: false }),
  },
  settings: { root, minFree: 0, largeObject: 1 << 26 },
  progress: new Progress(new PassThrough()),
} as Mirror;
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => {
  state.close();
  rmSync(root, { recursive: true });
});

/** What came in was right; this is what the disk has. */
async function land(onDisk: Record<string, string>, arrived: Record<string, string>): Promise<void> {
  const landing = new Landing(mirror, bucket, join(root, 'bucket'));
  for (const [key, bytes] of Object.entries(arrived)) {
    const etag = createHash('md5').update(bytes).digest('hex');
    const listed = { key, version: 'null', latest: true, marker: false, size: bytes.length, etag };
    const object = { ...listed, modified: 0, storageClass: 'STANDARD' };
    state.objects.insert(bucket.id, [{ object, state: 'pending' }]);
    const file = mirror.work.temporaryFile();
    writeFileSync(file, onDisk[key] as string);
    const facts = toResponseFacts(200, { etag, 'content-length': String(bytes.length) });
    const passed = comparisons(facts)[0];
    const row = state.objects.get(bucket.id, key, 'null');
    if (!row || !passed) throw new Error('nothing to land');
    const proof = { outcome: 'same', proof: passed.proof } as const;
    await landing.add({ row, fetched: { file, facts, proof, passed, sha256: undefined }, inPlace: false });
  }
  await landing.close();
}

test('what the disk gives back otherwise than it came in never gets its name; the rest does', async () => {
  const arrived = Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`k${i}`, `content ${i}`]));
  await land({ ...arrived, k33: 'Content 33' }, arrived);
  expect(state.tallies.count(['failed'], bucket.id).files).toBe(1);
  expect(state.objects.get(bucket.id, 'k33', 'null')).toMatchObject({
    state: 'failed',
    error: expect.stringMatching(/^content_differs: md5 /) as string,
  });
  expect(existsSync(join(root, 'bucket/k33'))).toBe(false);
  expect(readdirSync(join(root, '.mirror/tmp'))).toEqual([]);
  expect(state.tallies.count(['verified'], bucket.id).files).toBe(69);
  expect(readFileSync(join(root, 'bucket/k34'), 'utf8')).toBe('content 34');
});

test('bytes are on the disk before they get their name, and the name before it counts', async () => {
  const synced: [path: string, named: boolean, counted: number][] = [];
  const before = state.tallies.count(['verified'], bucket.id).files;
  await watchSyncs((path) => {
    const counted = state.tallies.count(['verified'], bucket.id).files - before;
    synced.push([relative(root, path), existsSync(join(root, 'bucket/durable')), counted]);
  });
  await land({ durable: 'content' }, { durable: 'content' });
  expect(synced).toEqual([
    [expect.stringMatching(/^\.mirror\/tmp\//), false, 0],
    ['bucket', true, 0],
  ]);
  expect(state.tallies.count(['verified'], bucket.id).files).toBe(before + 1);
});

describe('an older copy in the way of a folder gives way to the new one, which lies beside it', () => {
  const expectBeside = (key: string): void => {
    const contents = [`${key}^f`, `${key}/x`].map((name) => readFileSync(join(root, 'bucket', name), 'utf8'));
    expect(contents).toEqual(['new', 'x']);
    expect(state.objects.get(bucket.id, key, 'null')).toMatchObject({ state: 'verified', path: `${key}^f` });
    expect(state.objects.get(bucket.id, `${key}/x`, 'null')?.state).toBe('verified');
  };

  test('in one batch', async () => {
    writeFileSync(join(root, 'bucket/f'), 'old');
    await land({ f: 'new', 'f/x': 'x' }, { f: 'new', 'f/x': 'x' });
    expectBeside('f');
  });

  test('in two', async () => {
    await land({ 'g/w': 'X' }, { 'g/w': 'x' }); // fails, and is a key below g
    writeFileSync(join(root, 'bucket/g'), 'old');
    await land({ g: 'new' }, { g: 'new' });
    await land({ 'g/x': 'x' }, { 'g/x': 'x' });
    expectBeside('g');
  });
});

test('a kept copy under a delete marker makes room, too', async () => {
  await land({ m: 'kept' }, { m: 'kept' });
  const row = { bucketId: bucket.id, key: 'm', version: 'null' };
  state.objects.update(row, { state: 'kept' });
  const marker = { key: 'm', version: '1', latest: true, marker: true, size: 0, modified: 1, etag: '' };
  state.objects.insert(bucket.id, [{ object: { ...marker, storageClass: 'STANDARD' }, state: 'marker' }]);
  await land({ 'm/x': 'x' }, { 'm/x': 'x' });
  expect(['m^f', 'm/x'].map((name) => readFileSync(join(root, 'bucket', name), 'utf8'))).toEqual([
    'kept',
    'x',
  ]);
  expect(state.objects.get(bucket.id, 'm', 'null')).toMatchObject({ state: 'kept', path: 'm^f' });
});
