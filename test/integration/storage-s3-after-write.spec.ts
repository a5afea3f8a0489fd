import { randomBytes } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { S3Backend } from '../../src/storage/backends/s3/s3-backend.js';
import { bytesContent } from '../../src/storage/content.js';
import { makeKey } from '../../src/storage/storage-key.js';
import { TestBucket } from '../contracts/s3-buckets.js';
import { META, readKey } from '../contracts/storage-samples.js';
import { type Asked, s3Error, ScriptedServer } from '../kit/scripted-server.js';
import { services } from '../services/index.js';

const MIB = 1024 * 1024;
const aKey = () => makeKey('pdf', new Date('2024-05-06T07:08:09Z'));

let bucket: TestBucket;
let scripted: ScriptedServer;
let backend: S3Backend;
beforeAll(async () => {
  const server = await services.radosgw();
  bucket = await TestBucket.on(server);
  scripted = await ScriptedServer.before(server.endpoint);
  backend = bucket.backend({ endpoint: scripted.url }, { partSize: 5 * MIB });
}, 120_000);
afterEach(() => {
  scripted.script = () => undefined;
});
afterAll(async () => {
  await backend.close();
  await scripted.close();
});

const store = (Key: string, Body: Buffer) =>
  bucket.admin.send(new PutObjectCommand({ Bucket: bucket.name, Key, Body }));
const isUpload = ({ method, query }: Asked) => method === 'PUT' && !query.has('partNumber');

describe('a write answered 409, because someone else writes the key', () => {
  it('is made again where nothing came of the other one', async () => {
    const key = aKey();
    const content = bytesContent(randomBytes(5000));
    let refused = 0;
    scripted.script = (asked) =>
      isUpload(asked) && refused++ === 0 ? s3Error(409, 'ConditionalRequestConflict') : undefined;
    expect(await backend.put(key, content, META)).toMatchObject({ created: true });
    expect(refused).toBe(2);
    expect(await backend.stat(key)).toMatchObject({ size: 5000 });
  });

  it('is done where the other one stored the same bytes, and a conflict where it stored others', async () => {
    const [key, taken] = [aKey(), aKey()];
    const bytes = randomBytes(5000);
    scripted.script = async (asked) => {
      if (!isUpload(asked)) return undefined;
      await store(
        asked.path.slice(bucket.name.length + 2),
        asked.path.endsWith(key) ? bytes : randomBytes(5000),
      );
      return s3Error(409, 'ConditionalRequestConflict');
    };
    expect(await backend.put(key, bytesContent(bytes), META)).toMatchObject({ created: false });
    await expect(backend.put(taken, bytesContent(bytes), META)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a write whose key is taken', () => {
  it('is compared with one version only: what is replaced meanwhile counts as neither', async () => {
    const key = aKey();
    const bytes = randomBytes(5000);
    await store(key, randomBytes(5000));
    scripted.script = async ({ method }) => {
      if (method === 'GET') await store(key, bytes);
      return undefined;
    };
    await expect(backend.put(key, bytesContent(bytes), META)).rejects.toMatchObject({ code: 'changed' });
  });
});

describe('a write in parts whose key is taken before it is completed', () => {
  it('overwrites nothing', async () => {
    const key = aKey();
    const theirs = randomBytes(5000);
    // As S3 does, and Ceph 16 does not.
    scripted.script = async ({ method, query, headers }) => {
      if (method !== 'POST' || !query.has('uploadId')) return undefined;
      await store(key, theirs);
      return headers['if-none-match'] === '*' ? s3Error(412, 'PreconditionFailed') : undefined;
    };
    await expect(backend.put(key, bytesContent(randomBytes(6 * MIB)), META)).rejects.toMatchObject({
      code: 'conflict',
    });
    expect((await readKey(backend, key)).equals(theirs)).toBe(true);
  });
});

describe('a write after which S3 has other bytes, though it answered 200', () => {
  const removed = { code: 'unavailable', message: expect.stringMatching(/other bytes .*removed/) };

  it('of one part is found by its ETag, and removed', async () => {
    const key = aKey();
    const answers = otherBytes(key, 5000);
    await expect(backend.put(key, bytesContent(randomBytes(5000)), META)).rejects.toMatchObject(removed);
    expect(answers.given).toBe(1);
    await expect(backend.stat(key)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('in parts is found by reading it back, and removed', async () => {
    const key = aKey();
    scripted.script = async ({ method, query }) => {
      if (method !== 'POST' || !query.has('uploadId')) return undefined;
      await store(key, randomBytes(6 * MIB));
      const body = '<CompleteMultipartUploadResult><ETag>"x-2"</ETag></CompleteMultipartUploadResult>';
      return { status: 200, body };
    };
    await expect(backend.put(key, bytesContent(randomBytes(6 * MIB)), META)).rejects.toMatchObject(removed);
    await expect(backend.stat(key)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is not told by an ETag under SSE-KMS, which is no MD5 of the bytes', async () => {
    const key = aKey();
    const kms = bucket.backend({ endpoint: scripted.url, encryption: 'aws:kms' });
    const bytes = randomBytes(5000);
    otherBytes(key, bytes, { 'x-amz-server-side-encryption': 'aws:kms' });
    expect(await kms.put(key, bytesContent(bytes), META)).toMatchObject({ created: true });
    expect((await readKey(backend, key)).equals(bytes)).toBe(true);
    await kms.close();
  });

  /** Stores these bytes instead of the upload's, and gives it the ETag of yet others. */
  function otherBytes(key: string, bytes: Buffer | number, headers = {}): { given: number } {
    const answers = { given: 0 };
    scripted.script = async (asked) => {
      if (!isUpload(asked)) return undefined;
      await store(key, typeof bytes === 'number' ? randomBytes(bytes) : bytes);
      answers.given += 1;
      return { status: 200, headers: { etag: `"${'0123456789abcdef'.repeat(2)}"`, ...headers } };
    };
    return answers;
  }
});
