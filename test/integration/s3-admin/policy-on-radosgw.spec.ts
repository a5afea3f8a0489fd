import { readFileSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { BucketResult } from '../../../src/s3-admin/policy/bucket-result.js';
import { RADOSGW_USER, type Radosgw, services, temporaryFolder } from '../../services/index.js';
import { call, type Settings } from './call.js';

type Report = { results: BucketResult[] };

const CALLER = `arn:aws:iam:::user/${RADOSGW_USER}`;

let gateway: Radosgw;
let plain: Settings;
let tls: Settings;
let overHttp: S3Client;
let overTls: S3Client;
let made = 0;

async function newBucket(): Promise<string> {
  const Bucket = `policy-${process.pid}-${++made}`;
  await overTls.send(new CreateBucketCommand({ Bucket }));
  return Bucket;
}

async function generate(bucket: string, controls: string, ...more: string[]): Promise<string> {
  const folder = temporaryFolder('policies');
  const { code } = await call(
    tls,
    'policy',
    'generate',
    bucket,
    '--controls',
    controls,
    '--folder',
    folder,
    ...more,
  );
  expect(code).toBe(0);
  return folder;
}

const apply = (who: Settings, bucket: string, folder: string) =>
  call(who, 'policy', 'apply', bucket, '--execute', '--folder', folder);

test('a policy in force that S3 would not have taken: no command is said to mend it that can’t', async () => {
  const Bucket = await newBucket();
  await overTls.send(new PutBucketPolicyCommand({ Bucket, Policy: '{"Version": "2012-10-17", "Id": "x"}' }));
  const { code, stdout } = await call(tls, 'policy', 'generate', Bucket, '--folder', temporaryFolder('p'));
  expect([code, stdout]).toEqual([1, expect.stringMatching(/next: .*aws s3api delete-bucket-policy/)]);
});

beforeAll(async () => {
  gateway = await services.radosgw();
  const common = {
    region: 'us-east-1',
    credentials: { accessKeyId: gateway.accessKey, secretAccessKey: gateway.secretKey },
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED' as const,
  };
  overHttp = new S3Client({ ...common, endpoint: gateway.endpoint });
  const httpsAgent = new Agent({ ca: readFileSync(gateway.caFile) });
  overTls = new S3Client({ ...common, endpoint: gateway.tlsEndpoint, requestHandler: { httpsAgent } });
  plain = {
    AWS_S3_ENDPOINT_URL: gateway.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: gateway.accessKey,
    AWS_SECRET_ACCESS_KEY: gateway.secretKey,
    S3_ADMIN_CALLER_ARN: CALLER,
  };
  tls = { ...plain, AWS_S3_ENDPOINT_URL: gateway.tlsEndpoint, AWS_CA_BUNDLE: gateway.caFile };
});

describe('a server without STS', () => {
  test('info shows its buckets and says how to name the caller', async () => {
    const bucket = await newBucket();
    const { stdout, stderr } = await call({ ...plain, S3_ADMIN_CALLER_ARN: '' }, 'info');
    expect(stdout).toContain(bucket);
    expect(stderr).toContain('set S3_ADMIN_CALLER_ARN');
  });

  test('a policy is generated only for a caller that is known', async () => {
    const { code, stderr } = await call(
      { ...plain, S3_ADMIN_CALLER_ARN: '' },
      'policy',
      'generate',
      await newBucket(),
    );
    expect([code, stderr]).toEqual([2, expect.stringContaining('set S3_ADMIN_CALLER_ARN')]);
  });
});

describe('tls-only', () => {
  test('denies http:// on the bucket and its objects, lets https:// in, and rolls back', async () => {
    const Bucket = await newBucket();
    const folder = await generate(Bucket, 'tls-only');
    expect((await apply(tls, Bucket, folder)).code).toBe(0);
    await overTls.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    await expect(overHttp.send(new GetObjectCommand({ Bucket, Key: 'k' }))).rejects.toThrow();
    await expect(overHttp.send(new ListObjectsV2Command({ Bucket }))).rejects.toThrow();
    const audited = await call(tls, 'policy', 'audit', Bucket);
    expect(audited.stdout).toMatch(/tls-only +ok/);
    expect((await call(tls, 'policy', 'rollback', Bucket, '--folder', folder)).code).toBe(0);
    await overHttp.send(new ListObjectsV2Command({ Bucket }));
  });

  test('is refused to a client that comes over http:// itself', async () => {
    const Bucket = await newBucket();
    const { code, stdout } = await apply(plain, Bucket, await generate(Bucket, 'tls-only'));
    expect(code).toBe(1);
    expect(stdout).toMatch(/refused[\s\S]*denied by statement TlsOnly[\s\S]*use an https:\/\/ endpoint/);
    await expect(overTls.send(new GetBucketPolicyCommand({ Bucket }))).rejects.toThrow(/does not exist/);
  });
});

describe('encrypted-only', () => {
  const multipart = async (Bucket: string) => {
    const upload = { Bucket, Key: 'large' };
    const { UploadId } = await overTls.send(
      new CreateMultipartUploadCommand({ ...upload, ServerSideEncryption: 'AES256' }),
    );
    const { ETag } = await overTls.send(
      new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: 'x' }),
    );
    const Parts = [{ ETag, PartNumber: 1 }];
    await overTls.send(
      new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts } }),
    );
  };

  test('lets SSE-S3 and SSE-KMS in and denies plain uploads and SSE-C', async () => {
    const Bucket = await newBucket();
    expect((await apply(tls, Bucket, await generate(Bucket, 'encrypted-only'))).code).toBe(0);
    const put = (more: object) =>
      overTls.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ...more }));
    await put({ ServerSideEncryption: 'AES256' });
    await put({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: gateway.kmsKeys[0] });
    await expect(put({})).rejects.toThrow();
    const SSECustomerKey = Buffer.alloc(32, 1).toString('base64');
    await expect(put({ SSECustomerAlgorithm: 'AES256', SSECustomerKey })).rejects.toThrow();
    await overTls.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    // Ceph 16 does not show a policy the encryption that a multipart upload asks for; AWS does.
    await expect(multipart(Bucket)).rejects.toThrow();
  });

  test('with --allow-default-encryption multipart uploads work on Ceph too', async () => {
    const Bucket = await newBucket();
    const folder = await generate(Bucket, 'encrypted-only', '--allow-default-encryption');
    expect((await apply(tls, Bucket, folder)).code).toBe(0);
    await multipart(Bucket);
    await overTls.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
  });
});

describe('only-me, on a server that does not fill aws:PrincipalArn', () => {
  test('is refused, and rightly: put by hand it locks its author out', async () => {
    const Bucket = await newBucket();
    const folder = await generate(Bucket, 'only-me');
    const { code, stdout } = await apply(tls, Bucket, folder);
    expect(code).toBe(1);
    expect(stdout).toMatch(/refused[\s\S]*may be denied by statement OnlyMeDenyOthers/);

    const Policy = readFileSync(join(folder, `${Bucket}_policy.json`), 'utf8');
    await overTls.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    await expect(overTls.send(new GetBucketPolicyCommand({ Bucket }))).rejects.toThrow();
  });
});

test('an error of the server in the middle of apply is reported and the rest goes on', async () => {
  const [first, refused, last] = [await newBucket(), await newBucket(), await newBucket()];
  const folder = temporaryFolder('policies');
  await call(tls, 'policy', 'generate', first, refused, last, '--folder', folder);
  const Statement = [
    {
      Effect: 'Allow',
      Principal: { AWS: CALLER },
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${refused}/*`,
      Condition: { StringSoundsLike: { 'aws:username': 'test' } },
    },
  ];
  writeFileSync(join(folder, `${refused}_policy.json`), JSON.stringify({ Version: '2012-10-17', Statement }));
  const { code, json } = await call(
    tls,
    'policy',
    'apply',
    first,
    refused,
    last,
    '--execute',
    '--json',
    '--folder',
    folder,
  );
  const { results } = json<Report>();
  expect(code).toBe(1);
  expect(results.map(({ status }) => status)).toEqual(['applied', 'failed', 'applied']);
  expect(results[1]).toMatchObject({
    code: 'InvalidArgument',
    next: expect.stringContaining('correct the policy file'),
  });
});

describe('a policy that the server refuses', () => {
  const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject' };
  const write = (folder: string, bucket: string, more: object) => {
    const Statement = [{ ...statement, Resource: `arn:aws:s3:::${bucket}/*`, ...more }];
    writeFileSync(
      join(folder, `${bucket}_policy.json`),
      JSON.stringify({ Version: '2012-10-17', Statement }),
    );
  };

  test('is no step for a rollback, which undoes the last one applied', async () => {
    const Bucket = await newBucket();
    const folder = await generate(Bucket, 'tls-only');
    expect((await apply(tls, Bucket, folder)).code).toBe(0);
    const Condition = { StringSoundsLike: { 'aws:username': 'test' } };
    write(folder, Bucket, { Principal: { AWS: CALLER }, Condition });
    expect((await apply(tls, Bucket, folder)).code).toBe(1);
    const back = await call(tls, 'policy', 'rollback', Bucket, '--folder', folder);
    expect([back.code, back.stdout]).toEqual([0, expect.stringMatching(/rolled_back +to no policy/)]);
  });

  test('because it allows everyone and public access is blocked: plan and error say so', async () => {
    const Bucket = await newBucket();
    const PublicAccessBlockConfiguration = { BlockPublicPolicy: true };
    await overTls.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
    const folder = temporaryFolder('policies');
    write(folder, Bucket, { Sid: 'Public' });
    const plan = await call(tls, 'policy', 'apply', Bucket, '--folder', folder);
    expect(plan.stdout).toMatch(/planned[\s\S]*Public allows everyone/);
    const { code, stdout } = await apply(tls, Bucket, folder);
    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(/AccessDenied[\s\S]*next: .*BlockPublicPolicy/),
    ]);
  });
});
