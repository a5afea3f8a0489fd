import { createHash, randomBytes } from 'node:crypto';
import {
  CreateMultipartUploadCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { S3Backend } from '../../src/storage/backends/s3/s3-backend.js';
import { bytesContent } from '../../src/storage/content.js';
import { makeKey } from '../../src/storage/storage-key.js';
import { TestBucket } from '../contracts/s3-buckets.js';
import { META, readKey } from '../contracts/storage-samples.js';
import { FaultProxy, services } from '../services/index.js';

const MIB = 1024 * 1024;
const aKey = () => makeKey('pdf', new Date('2024-05-06T07:08:09Z'));

describe.each(['radosgw', 'moto'] as const)('the S3 backend on %s', (server) => {
  let bucket: TestBucket;
  let backend: S3Backend;
  beforeAll(async () => {
    bucket = await TestBucket.on(await services[server](), { versioned: server === 'moto' });
    backend = bucket.backend({}, { partSize: 5 * MIB });
  }, 120_000);

  const at = (Key: string) => ({ Bucket: bucket.name, Key });

  it('writes private, encrypted, cacheable objects with exactly three tags', async () => {
    const key = aKey();
    const bytes = randomBytes(5000);
    const { etag } = await backend.put(key, bytesContent(bytes), META);
    expect(etag).toBe(createHash('md5').update(bytes).digest('hex'));
    const head = await bucket.admin.send(new HeadObjectCommand(at(key)));
    expect(head).toMatchObject({
      ContentType: 'application/pdf',
      CacheControl: 'private, max-age=600',
      ContentDisposition: 'attachment; filename=certificate-0a1b2c3d.pdf',
      Metadata: {},
    });
    // Ceph 16 encrypts by AES256 but does not say so in HEAD.
    if (server === 'moto') expect(head.ServerSideEncryption).toBe('AES256');
    const { TagSet } = await bucket.admin.send(new GetObjectTaggingCommand(at(key)));
    const tags = Object.fromEntries((TagSet ?? []).map(({ Key, Value }) => [Key, Value]));
    expect(tags).toEqual({ tournament_id: '42', placement: '1', generated_at: '2024-05-06T07:08:09Z' });
    const stranger = await fetch(`${bucket.server.endpoint}/${bucket.name}/${key}`);
    expect(stranger.status).toBe(403);
  });

  it('counts a write whose answer was lost, and that was made again, as done', async () => {
    const key = aKey();
    const content = bytesContent(randomBytes(5000));
    const { endpoint } = bucket.server;
    const proxy = await FaultProxy.to(endpoint);
    const flaky = bucket.backend({ endpoint: proxy.url(endpoint) });
    proxy.set({ kind: 'lose-answers', left: 1 });
    const result = await flaky.put(key, content, META);
    await proxy.close();
    expect(result.etag).toBe((await backend.stat(key)).etag);
    expect((await readKey(backend, key)).length).toBe(5000);
    const versions = await bucket.admin.send(
      new ListObjectVersionsCommand({ Bucket: bucket.name, Prefix: key }),
    );
    expect(versions.Versions).toHaveLength(1);
  });

  it('sends large content in parts and reads it back', async () => {
    const key = aKey();
    const content = bytesContent(randomBytes(11 * MIB));
    expect(await backend.put(key, content, META)).toMatchObject({ created: true });
    expect(await backend.stat(key)).toMatchObject({ size: 11 * MIB, etag: expect.stringMatching(/-3$/) });
    expect(await backend.put(key, content, META)).toMatchObject({ created: false });
    await expect(backend.put(key, bytesContent(randomBytes(11 * MIB)), META)).rejects.toMatchObject({
      code: 'conflict',
    });
    // Ceph 16 forgets the tags of an upload in parts.
    const { TagSet } = await bucket.admin.send(new GetObjectTaggingCommand(at(key)));
    if (server === 'moto') expect(TagSet).toHaveLength(3);
  });

  it('leaves no parts of an upload whose content was wrong', async () => {
    const key = aKey();
    const content = { ...bytesContent(randomBytes(6 * MIB)), sha256: '0'.repeat(64) };
    await expect(backend.put(key, content, META)).rejects.toMatchObject({ code: 'checksum_mismatch' });
    expect(await uploads(key)).toEqual([]);
    await expect(backend.stat(key)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('counts a completion whose answer was lost as done', async () => {
    const key = aKey();
    const content = bytesContent(randomBytes(6 * MIB));
    const flaky = bucket.backend({}, { partSize: 5 * MIB });
    loseCompletion(flaky);
    await flaky.put(key, content, META);
    expect((await readKey(backend, key)).length).toBe(6 * MIB);
    expect(await uploads(key)).toEqual([]);
  });

  it('sweeps the uploads that killed processes left, and no others', async () => {
    const [mine, strange] = [aKey(), 'someone/else'];
    for (const key of [mine, strange]) await bucket.admin.send(new CreateMultipartUploadCommand(at(key)));
    expect(await backend.sweep(new Date('2001-01-01'))).toBe(0);
    expect(await backend.sweep(new Date(Date.now() + 60_000))).toBe(1);
    expect(await uploads(mine)).toEqual([]);
    expect(await uploads(strange)).toHaveLength(1);
  });

  it('passes over strangers’ objects when it lists', async () => {
    const key = aKey();
    await backend.put(key, bytesContent(Buffer.from('x')), META);
    await bucket.admin.send(new PutObjectCommand({ ...at('pdf/2024/05/notes.txt'), Body: 'x' }));
    const found: string[] = [];
    for await (const info of backend.list({ prefix: 'pdf/2024/05/' })) found.push(info.key);
    expect(found).toContain(key);
    expect(found).not.toContain('pdf/2024/05/notes.txt');
  });

  async function uploads(key: string): Promise<unknown[]> {
    const { Uploads = [] } = await bucket.admin.send(
      new ListMultipartUploadsCommand({ Bucket: bucket.name }),
    );
    return Uploads.filter(({ Key }) => Key === key);
  }
});

describe.each(['radosgw', 'moto'] as const)('a versioned bucket (%s)', (server) => {
  it('keeps versions on a plain delete and loses them all on a full one, over pages of their listing', async () => {
    const bucket = await TestBucket.on(await services[server](), { versioned: true });
    const backend = bucket.backend();
    listByTwo(backend);
    const [key, neighbour] = [aKey(), aKey()];
    await backend.put(neighbour, bytesContent(Buffer.from('stays')), META);
    for (const text of ['one', 'two', 'three']) {
      await backend.put(key, bytesContent(Buffer.from(text)), META);
      await backend.delete(key);
    }
    const left = async () => {
      const list = new ListObjectVersionsCommand({ Bucket: bucket.name, Prefix: key });
      const { Versions = [], DeleteMarkers = [] } = await bucket.admin.send(list);
      return [Versions.length, DeleteMarkers.length];
    };
    expect(await left()).toEqual([3, 3]);
    await backend.delete(key, { versions: 'all' });
    expect(await left()).toEqual([0, 0]);
    expect((await readKey(backend, neighbour)).toString()).toBe('stays');
  });
});

describe('an archived object (moto)', () => {
  it('is told apart, asked for once, and readable afterwards', async () => {
    const bucket = await TestBucket.on(await services.moto());
    const backend = bucket.backend();
    const key = aKey();
    const Body = randomBytes(10);
    await bucket.admin.send(
      new PutObjectCommand({ Bucket: bucket.name, Key: key, Body, StorageClass: 'GLACIER' }),
    );
    expect(await backend.stat(key)).toMatchObject({ archived: true });
    await expect(backend.get(key)).rejects.toMatchObject({ code: 'archived' });
    expect(await backend.restore(key)).toBe('requested');
    expect(await backend.restore(key)).toBe('readable'); // moto restores at once
    expect(await backend.stat(key)).toMatchObject({ archived: false });
    expect((await readKey(backend, key)).equals(Body)).toBe(true);
  });
});

function listByTwo(backend: S3Backend): void {
  backend.connection.client.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName === 'ListObjectVersionsCommand') Object.assign(args.input, { MaxKeys: 2 });
      return next(args);
    },
    { step: 'initialize' },
  );
}

/** The server does its work, and the first answer never arrives; the SDK then tries again. */
function loseCompletion(backend: S3Backend): void {
  let lost = false;
  backend.connection.client.middlewareStack.add(
    (next, context) => async (args) => {
      const answer = await next(args);
      if (context.commandName !== 'CompleteMultipartUploadCommand' || lost) return answer;
      lost = true;
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    },
    { step: 'deserialize', priority: 'low' },
  );
}
