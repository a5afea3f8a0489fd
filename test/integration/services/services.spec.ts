import {
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
  CreateBucketCommand,
} from '@aws-sdk/client-s3';
import { Redis } from 'ioredis';
import pg from 'pg';
import { FaultProxy, services, startRadosgw, startRedis } from '../../services/index.js';

function s3({
  endpoint,
  accessKey,
  secretKey,
}: {
  endpoint: string;
  accessKey: string;
  secretKey: string;
}): S3Client {
  return new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    maxAttempts: 1,
  });
}

it('hands out an empty PostgreSQL database per call', async () => {
  const [a, b] = [await services.postgres(), await services.postgres()];
  expect(a).not.toBe(b);
  const client = new pg.Client(a);
  await client.connect();
  const { rows } = await client.query(
    `SELECT count(*)::int AS tables FROM pg_tables WHERE schemaname = 'public'`,
  );
  await client.end();
  expect(rows).toEqual([{ tables: 0 }]);
});

it('starts one server however many ask at once', async () => {
  const urls = await Promise.all([services.redis(), services.redis(), services.redis()]);
  expect(new Set(urls.map(({ url }) => url)).size).toBe(1);
});

it('keeps what a private Redis acknowledged when it crashes', async () => {
  const server = await startRedis();
  const client = new Redis(server.url);
  client.on('error', () => undefined);
  await client.set('a', '1');
  await server.stop('SIGKILL');
  await server.start();
  expect(await client.get('a')).toBe('1');
  client.disconnect();
  await server.stop();
});

describe.each(['AES256', 'aws:kms'] as const)('radosgw with %s', (encryption) => {
  it('stores encrypted objects in every storage class over plain http', async () => {
    const radosgw = await services.radosgw();
    const client = s3(radosgw);
    const Bucket = `services-${encryption.replace(':', '-').toLowerCase()}`;
    await client.send(new CreateBucketCommand({ Bucket }));
    for (const StorageClass of ['STANDARD', 'STANDARD_IA', 'GLACIER', 'DEEP_ARCHIVE'] as const) {
      const Key = `in/${StorageClass}`;
      await client.send(
        new PutObjectCommand({
          ...{ Bucket, Key, StorageClass, Body: 'hello', ServerSideEncryption: encryption },
          ...(encryption === 'aws:kms' ? { SSEKMSKeyId: radosgw.kmsKeys[0] } : {}),
        }),
      );
      const got = await client.send(new GetObjectCommand({ Bucket, Key }));
      expect(await got.Body?.transformToString()).toBe('hello');
    }
    expect(JSON.parse(await radosgw.admin(['bucket', 'stats', '--bucket', Bucket]))).toMatchObject({
      bucket: Bucket,
    });
    client.destroy();
  });
});

it('a private radosgw keeps its objects when it is stopped, and limits by quota', async () => {
  const radosgw = await startRadosgw();
  const client = s3(radosgw);
  const object = { Bucket: 'private', Key: 'a' };
  await client.send(new CreateBucketCommand({ Bucket: 'private' }));
  await client.send(new PutObjectCommand({ ...object, Body: 'kept' }));
  await radosgw.stop('SIGKILL');
  await expect(client.send(new GetObjectCommand(object))).rejects.toThrow();
  await radosgw.start();
  const got = await client.send(new GetObjectCommand(object));
  expect(await got.Body?.transformToString()).toBe('kept');

  await radosgw.admin(['quota', 'set', '--quota-scope', 'user', '--uid', 'test', '--max-objects', '1']);
  await radosgw.admin(['quota', 'enable', '--quota-scope', 'user', '--uid', 'test']);
  await expect(client.send(new PutObjectCommand({ ...object, Key: 'b', Body: 'x' }))).rejects.toMatchObject({
    name: 'QuotaExceeded',
  });
  client.destroy();
  await radosgw.close();
});

it('moto judges signatures', async () => {
  const moto = await services.moto();
  await expect(s3(moto).send(new ListBucketsCommand({}))).resolves.toBeDefined();
  await expect(s3({ ...moto, secretKey: 'wrong' }).send(new ListBucketsCommand({}))).rejects.toMatchObject({
    name: 'SignatureDoesNotMatch',
  });
});

describe('FaultProxy', () => {
  let redis: { url: string };
  let proxy: FaultProxy;
  let client: Redis;
  beforeEach(async () => {
    redis = await services.redis();
    proxy = await FaultProxy.to(redis.url);
    client = new Redis(proxy.url(redis.url), {
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
      commandTimeout: 500,
    });
    client.on('error', () => undefined);
  });
  afterEach(async () => {
    client.disconnect();
    await proxy.close();
  });

  it('passes everything on where there is no fault', async () => {
    expect(await client.echo('hello')).toBe('hello');
  });
  it('hangs: the request is taken, no answer comes', async () => {
    await client.ping();
    proxy.set({ kind: 'hang' });
    await expect(client.ping()).rejects.toThrow('timed out');
    proxy.set({ kind: 'none' });
    expect(await client.ping()).toBe('PONG');
  });
  it('cuts an answer short', async () => {
    await client.ping();
    proxy.set({ kind: 'cut', afterBytes: 400 });
    await expect(client.echo('x'.repeat(1000))).rejects.toThrow(/closed|reset|ended/i);
  });
  it('refuses, and cuts what is open', async () => {
    await client.ping();
    proxy.set({ kind: 'refuse' });
    await expect(client.ping()).rejects.toThrow();
    expect(proxy.connections).toBe(1);
  });
});

it('FaultProxy stands before a PostgreSQL that listens on a socket', async () => {
  const url = await services.postgres();
  const proxy = await FaultProxy.to(url);
  const client = new pg.Client(proxy.url(url));
  await client.connect();
  expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await client.end();
  await proxy.close();
});
