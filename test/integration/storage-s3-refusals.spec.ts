import { randomBytes } from 'node:crypto';
import { PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { S3Backend } from '../../src/storage/backends/s3/s3-backend.js';
import { MemoryBackend } from '../../src/storage/backends/memory-backend.js';
import { bytesContent } from '../../src/storage/content.js';
import { Storage } from '../../src/storage/storage.js';
import { makeKey } from '../../src/storage/storage-key.js';
import { SILENT_OBSERVER } from '../../src/storage/storage-observer.js';
import { TestBucket } from '../contracts/s3-buckets.js';
import { META, readAll, readKey } from '../contracts/storage-samples.js';
import { CannedS3, type CannedAnswer } from '../doubles/canned-s3.js';
import { type Radosgw, services } from '../services/index.js';

const aKey = () => makeKey('pdf', new Date());
let server: Radosgw;
let bucket: TestBucket;
const cleanups: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  server = await services.radosgw();
}, 120_000);
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function aws(answer: CannedAnswer): Promise<S3Backend> {
  const canned = await CannedS3.start(() => answer);
  cleanups.push(() => canned.close());
  return bucket.backend({ endpoint: canned.endpoint });
}

async function deny(statement: object): Promise<S3Backend> {
  const Resource = `arn:aws:s3:::${bucket.name}/*`;
  const Statement = [{ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource, ...statement }];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await bucket.admin.send(new PutBucketPolicyCommand({ Bucket: bucket.name, Policy }));
  return bucket.backend();
}

/** What a wrong set-up or a refusing server looks like, and what the operator is told. */
const REFUSALS: [string, () => Promise<S3Backend>, code: string, says: RegExp][] = [
  [
    'a wrong bucket',
    async () => bucket.backend({ bucket: 'no-such-bucket-here' }),
    'misconfigured',
    /AWS_STORAGE_BUCKET_NAME.*NoSuchBucket/,
  ],
  [
    'a bucket in another region',
    () => aws({ status: 301, code: 'PermanentRedirect', headers: { 'x-amz-bucket-region': 'eu-west-1' } }),
    'misconfigured',
    /AWS_S3_REGION_NAME/,
  ],
  [
    'a signature for another region',
    () => aws({ status: 400, code: 'AuthorizationHeaderMalformed', message: "expecting 'eu-west-1'" }),
    'misconfigured',
    /AWS_S3_REGION_NAME.*eu-west-1/,
  ],
  [
    'an unknown access key',
    async () => bucket.backend({}, { credentials: { accessKeyId: 'nobody', secretAccessKey: 'x' } }),
    'bad_credentials',
    /AWS_ACCESS_KEY_ID.*InvalidAccessKeyId/,
  ],
  [
    'a wrong secret',
    async () =>
      bucket.backend({}, { credentials: { accessKeyId: server.accessKey, secretAccessKey: 'wrong' } }),
    'bad_credentials',
    /AWS_SECRET_ACCESS_KEY.*SignatureDoesNotMatch/,
  ],
  [
    'no credentials at all',
    async () =>
      bucket.backend(
        {},
        {
          credentials: async () => {
            throw Object.assign(new Error('nothing found'), { name: 'CredentialsProviderError' });
          },
        },
      ),
    'bad_credentials',
    /no AWS credentials found/,
  ],
  [
    'expired credentials',
    () => aws({ status: 400, code: 'ExpiredToken', message: 'The provided token has expired.' }),
    'bad_credentials',
    /expired: renew/,
  ],
  [
    'a clock that S3 does not accept',
    () => aws({ status: 403, code: 'RequestTimeTooSkewed' }),
    'clock_skew',
    /clock.*NTP/,
  ],
  ['no permission to put', () => deny({}), 'access_denied', /IAM policy, the bucket policy.*AccessDenied/],
  [
    'a policy that demands other encryption',
    () => deny({ Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } } }),
    'access_denied',
    /AWS_S3_ENCRYPTION/,
  ],
  [
    'a quota used up',
    async () => {
      const quota = ['--quota-scope', 'bucket', '--bucket', bucket.name];
      await server.admin(['quota', 'set', ...quota, '--max-size', '1024']);
      await server.admin(['quota', 'enable', ...quota]);
      return bucket.backend();
    },
    'no_space',
    /quota.*QuotaExceeded/,
  ],
  ['503 SlowDown', () => aws({ status: 503, code: 'SlowDown' }), 'throttled', /slow down/],
  ['500 InternalError', () => aws({ status: 500, code: 'InternalError' }), 'unavailable', /internal error/],
  ['502 of a proxy', () => aws({ status: 502, body: Buffer.from('<html>Bad Gateway') }), 'unavailable', /./],
  [
    'nothing listening',
    async () => {
      const gone = await CannedS3.start(() => ({ status: 200 }));
      const { endpoint } = gone;
      await gone.close();
      return bucket.backend({ endpoint });
    },
    'unavailable',
    /nothing listens there: check AWS_S3_ENDPOINT_URL/,
  ],
  [
    'a host that does not exist',
    async () => bucket.backend({ endpoint: 'http://s3.invalid' }),
    'unavailable',
    /AWS_S3_ENDPOINT_URL and DNS/,
  ],
  [
    'a certificate that is not trusted',
    async () => bucket.backend({ endpoint: server.tlsEndpoint }),
    'misconfigured',
    /NODE_EXTRA_CA_CERTS/,
  ],
];

describe.each(REFUSALS)('%s', (_name, arrange, code, says) => {
  const content = bytesContent(randomBytes(5000));

  it('is told apart, stores nothing, and loses nothing', async () => {
    bucket = await TestBucket.on(server);
    const healthy = bucket.backend();
    const refused = await arrange();
    const key = aKey();

    const failure = { code, outage: true, message: expect.stringMatching(says) };
    await expect(refused.put(key, content, META)).rejects.toMatchObject(failure);
    await expect(healthy.stat(key)).rejects.toMatchObject({ code: 'not_found' });

    const strict = new Storage('true', { local: new MemoryBackend(), s3: refused }, SILENT_OBSERVER);
    await expect(strict.place(key, content, META)).rejects.toMatchObject(failure);

    const lenient = new Storage('dual', { local: new MemoryBackend(), s3: refused }, SILENT_OBSERVER);
    const placed = await lenient.place(key, content, META);
    expect(placed).toMatchObject({ storedLocallyAt: expect.any(Date), s3OwedSince: expect.any(Date) });
    const file = { ...placed, key, contentType: META.contentType, ...content };
    const { source, read } = await lenient.open(file);
    expect(source).toBe('local');
    expect(await readAll(read.body)).toHaveLength(5000);
    await Promise.all([strict.close(), lenient.close()]);
  });
});

describe('a refused look', () => {
  it('says why, although HEAD itself does not', async () => {
    bucket = await TestBucket.on(server);
    const wrong = bucket.backend({}, { credentials: { accessKeyId: 'nobody', secretAccessKey: 'x' } });
    await expect(wrong.stat(aKey())).rejects.toMatchObject({ code: 'bad_credentials' });
    const nowhere = bucket.backend({ bucket: 'no-such-bucket-here' });
    await expect(nowhere.stat(aKey())).rejects.toMatchObject({ code: 'misconfigured' });
    const elsewhere = await aws({ status: 301, code: 'PermanentRedirect' });
    await expect(elsewhere.stat(aKey())).rejects.toMatchObject({ code: 'misconfigured' });
  });
});

describe('trouble that passes', () => {
  it.each(['SlowDown', 'InternalError'])('%s is tried again', async (code) => {
    const canned = await CannedS3.start((before) =>
      before < 2 ? { status: 503, code } : { status: 200, headers: { etag: '"x"' } },
    );
    cleanups.push(() => canned.close());
    bucket = await TestBucket.on(server);
    const result = await bucket
      .backend({ endpoint: canned.endpoint })
      .put(aKey(), bytesContent(Buffer.from('x')), META);
    expect(result.created).toBe(true);
    expect(canned.requests).toBe(3);
  });

  it('is over when the quota is raised', async () => {
    bucket = await TestBucket.on(server);
    const quota = ['--quota-scope', 'bucket', '--bucket', bucket.name];
    await server.admin(['quota', 'set', ...quota, '--max-size', '1024']);
    await server.admin(['quota', 'enable', ...quota]);
    const [backend, key, content] = [bucket.backend(), aKey(), bytesContent(randomBytes(5000))];
    await expect(backend.put(key, content, META)).rejects.toMatchObject({ code: 'no_space' });
    await server.admin(['quota', 'disable', ...quota]);
    expect(await backend.put(key, content, META)).toMatchObject({ created: true });
    expect(await readKey(backend, key)).toHaveLength(5000);
  });
});
