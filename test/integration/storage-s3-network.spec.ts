import { randomBytes } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MemoryBackend } from '../../src/storage/backends/memory-backend.js';
import { S3UrlSigner } from '../../src/storage/backends/s3/presign/url-signer.js';
import type { S3Backend } from '../../src/storage/backends/s3/s3-backend.js';
import { SOCKETS } from '../../src/storage/backends/s3/s3-client.js';
import type { TimeLimits } from '../../src/storage/backends/s3/time-limits.js';
import { bytesContent } from '../../src/storage/content.js';
import { Storage } from '../../src/storage/storage.js';
import { makeKey } from '../../src/storage/storage-key.js';
import { SILENT_OBSERVER } from '../../src/storage/storage-observer.js';
import { TestBucket } from '../contracts/s3-buckets.js';
import { META, readAll, readKey } from '../contracts/storage-samples.js';
import { CannedS3 } from '../doubles/canned-s3.js';
import { FaultProxy, services } from '../services/index.js';
import { until } from '../kit/until.js';

const LIMITS: TimeLimits = {
  connectMs: 1500,
  firstByteMs: 1500,
  idleMs: 700,
  callMs: 6000,
  bytesPerSecond: 1_000_000,
};
const aKey = () => makeKey('pdf', new Date());
const content = bytesContent(randomBytes(700_000));
let bucket: TestBucket;
let proxy: FaultProxy;
/** By way of the proxy. */
let backend: S3Backend;
/** Past the proxy. */
let direct: S3Backend;
let storages: Storage[];

beforeEach(async () => {
  const server = await services.radosgw();
  bucket = await TestBucket.on(server);
  proxy = await FaultProxy.to(server.endpoint);
  backend = bucket.backend({ endpoint: proxy.url(server.endpoint) }, { limits: LIMITS });
  direct = bucket.backend();
  storages = [];
}, 120_000);
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all([backend.close(), direct.close(), ...storages.map((storage) => storage.close())]);
  await proxy.close();
});

function storageOver(s3: S3Backend, mode: 'dual' | 'true'): Storage {
  const storage = new Storage(mode, { local: new MemoryBackend(), s3 }, SILENT_OBSERVER);
  storages.push(storage);
  return storage;
}

describe('a server that hangs', () => {
  it('is a timeout, and then costs no more time', async () => {
    const endpoint = proxy.url(bucket.server.endpoint);
    backend = bucket.backend({ endpoint }, { limits: { ...LIMITS, firstByteMs: 800, callMs: 2000 } });
    const key = aKey();
    const placed = await storageOver(backend, 'true').place(key, content, META);
    const file = { ...placed, key, contentType: META.contentType, ...content };
    proxy.set({ kind: 'hang' });
    await expect(backend.put(aKey(), content, META)).rejects.toMatchObject({ code: 'timeout' });
    const storage = storageOver(backend, 'true');
    const attempts = () => Promise.allSettled(Array.from({ length: 5 }, () => storage.open(file)));
    for (const attempt of await attempts()) expect(attempt).toMatchObject({ reason: { code: 'timeout' } });
    const connections = proxy.connections;
    for (let round = 0; round < 50; round++) await attempts();
    expect(proxy.connections - connections).toBeLessThan(5);
    proxy.set({ kind: 'none' });
    await until(() =>
      storage.open(file).then(
        () => true,
        () => false,
      ),
    );
  });

  it('in mid-body is a timeout too', async () => {
    const key = aKey();
    await direct.put(key, content, META);
    proxy.set({ kind: 'throttle', bytesPerSecond: 200_000 });
    const { body } = await backend.get(key);
    await new Promise((resolve) => body.once('readable', resolve));
    proxy.set({ kind: 'hang' });
    await expect(readAll(body)).rejects.toMatchObject({ code: 'timeout' });
  });
});

describe('a server that is slow', () => {
  it('may take longer for a body than for an answer', async () => {
    const endpoint = proxy.url(bucket.server.endpoint);
    backend = bucket.backend({ endpoint }, { limits: { ...LIMITS, callMs: 1500, bytesPerSecond: 50_000 } });
    const key = aKey();
    await backend.put(key, content, META);
    proxy.set({ kind: 'throttle', bytesPerSecond: 300_000 });
    const begun = performance.now();
    expect(await readKey(backend, key)).toHaveLength(content.size);
    expect(performance.now() - begun).toBeGreaterThan(1500);
  });
});

describe('a connection that is cut', () => {
  it('in the answer’s body ends the read with an error, and another copy is read instead', async () => {
    const key = aKey();
    const storage = storageOver(backend, 'dual');
    const placed = await storage.place(key, content, META);
    const file = { ...placed, key, contentType: META.contentType, ...content };
    proxy.set({ kind: 'cut', afterBytes: 100_000 });
    const { body } = await backend.get(key);
    await expect(readAll(body)).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    const { source, read } = await storage.open(file);
    expect(source).toBe('local');
    expect((await readAll(read.body)).length).toBe(content.size);
  });

  it('in the request’s body stores nothing, and once is tried again', async () => {
    const key = aKey();
    proxy.set({ kind: 'cut-request', afterBytes: 200_000 });
    await expect(backend.put(key, content, META)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(direct.stat(key)).rejects.toMatchObject({ code: 'not_found' });
    const before = proxy.connections;
    const putting = backend.put(key, content, META);
    await until(() => proxy.connections > before, 1);
    proxy.set({ kind: 'none' });
    await putting;
    expect(await readKey(direct, key)).toHaveLength(content.size);
  });

  it('by everyone at once loses nothing of what was acknowledged', async () => {
    const storage = storageOver(backend, 'dual');
    const keys = Array.from({ length: 20 }, aKey);
    const small = bytesContent(randomBytes(20_000));
    const cutting = setInterval(() => proxy.cutAll(), 20);
    const placed = await Promise.all(keys.map((key) => storage.place(key, small, META)));
    clearInterval(cutting);
    for (const [index, key] of keys.entries()) {
      if (placed[index]?.migratedToS3At) expect(await readKey(direct, key)).toHaveLength(small.size);
      else expect(placed[index]?.s3OwedSince).not.toBeNull();
    }
  });
});

describe('a body that is not what it should be', () => {
  it('cut short by a server that says nothing is an error', async () => {
    const canned = await CannedS3.start(() => ({ status: 200, body: Buffer.alloc(5000), closeAfter: 4000 }));
    const { body } = await bucket.backend({ endpoint: canned.endpoint }).get(aKey());
    await expect(readAll(body)).rejects.toMatchObject({ code: 'unavailable' });
    await canned.close();
  });

  it('that nobody wants is read all the same, and leaves its connection to others', async () => {
    const headers = { etag: '"x"' };
    const canned = await CannedS3.start(() => ({ status: 200, headers, body: Buffer.alloc(300_000) }));
    const patient = { ...LIMITS, firstByteMs: 10_000, callMs: 20_000 };
    const wordy = bucket.backend({ endpoint: canned.endpoint }, { limits: patient });
    const small = bytesContent(Buffer.from('x'));
    const puts = Array.from({ length: SOCKETS + 1 }, () => wordy.put(aKey(), small, META));
    const outcomes = await Promise.allSettled(puts);
    await wordy.close();
    await canned.close();
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
  });

  it('of other bytes than were asked for is refused before it is read', async () => {
    const headers = { 'content-range': 'bytes 5-5000004/6000000' };
    const canned = await CannedS3.start(() => ({ status: 206, headers, body: Buffer.alloc(5_000_000) }));
    const read = bucket.backend({ endpoint: canned.endpoint }).get(aKey(), { range: { start: 0 } });
    await expect(read).rejects.toMatchObject({ code: 'internal' });
    await canned.close();
  });

  it('with wrong bytes of the right length never passes as the file', async () => {
    const key = aKey();
    const storage = storageOver(direct, 'true');
    const placed = await storage.place(key, content, META);
    const file = { ...placed, key, contentType: META.contentType, ...content };
    const Body = randomBytes(content.size);
    await bucket.admin.send(new PutObjectCommand({ Bucket: bucket.name, Key: key, Body }));
    await expect(storage.open(file)).rejects.toMatchObject({ code: 'checksum_mismatch' });
  });

  it('damaged on its way up is refused by S3 and stored nowhere', async () => {
    const key = aKey();
    proxy.set({ kind: 'damage-request', atByte: 100_000 });
    await expect(backend.put(key, content, META)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('damaged'),
    });
    await expect(direct.stat(key)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe.each([20, -20])('a clock %i minutes off', (minutes) => {
  it('is corrected for every call and every URL, and reported by the probe', async () => {
    const now = Date.now.bind(Date);
    jest.spyOn(Date, 'now').mockImplementation(() => now() + minutes * 60_000);
    const key = aKey();
    await direct.put(key, content, META);
    expect(await readKey(direct, key)).toHaveLength(content.size);
    const signed = await new S3UrlSigner(direct.connection).sign(key, { ...META, disposition: 'inline' });
    const answer = await fetch(signed?.url ?? '');
    expect(answer.status).toBe(200);
    expect((await answer.arrayBuffer()).byteLength).toBe(content.size);
    await expect(direct.probe()).rejects.toMatchObject({
      code: 'clock_skew',
      message: expect.stringMatching(minutes > 0 ? /20 minutes ahead of.*NTP/ : /20 minutes behind.*NTP/),
    });
  });
});
