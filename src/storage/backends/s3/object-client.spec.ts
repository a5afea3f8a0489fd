import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { HttpResponse } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import type { HttpRequest } from '@smithy/types';
import fc from 'fast-check';
import {
  anyCredentials,
  anyFileName,
  anyKey,
  anyServer,
  anyTime,
  S3_CONFIG,
} from '../../../../test/kit/any-s3.js';
import { Sha256 } from '../../../../test/kit/sdk-sha256.js';
import type { S3Config } from '../../../config/config.js';
import type { SigningCredentials } from '../../../sigv4/signing-key.js';
import { bytesContent } from '../../content.js';
import type { StorageKey } from '../../storage-key.js';
import type { ObjectRequest } from './object-client.js';
import { createS3Client } from './s3-client.js';
import { S3Connection } from './s3-connection.js';
import { getRequest } from './s3-get.js';
import { putRequest } from './s3-put.js';
import { headRequest } from './s3-stat.js';
import { writeHeaders } from './s3-write-headers.js';
import { DEFAULT_LIMITS } from './time-limits.js';

const anyConfig = fc
  .record({
    server: anyServer,
    encryption: fc.constantFrom('AES256' as const, 'aws:kms' as const),
    kmsKeyId: fc.constantFrom(undefined, 'arn:aws:kms:eu-central-1:1:key/a-b'),
  })
  .map(({ server, ...encryption }): S3Config => ({ ...S3_CONFIG, ...server, ...encryption }));
const anyMeta = fc.record({
  contentType: fc.constantFrom('application/pdf', 'image/png'),
  filename: anyFileName,
  tags: fc.record({
    tournament_id: fc.nat().map(String),
    placement: fc.string({ unit: 'grapheme', maxLength: 5 }),
    generated_at: anyTime.map((date) => date.toISOString()),
  }),
});
const anyBytes = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));

/** What the SDK alone adds: who it is, and which try this is. */
const OF_THE_SDK = /^(user-agent|x-amz-user-agent|amz-sdk-.*|authorization)$/;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

it('says of an upload what the SDK says, and signs it as the SDK does', async () => {
  await fc.assert(
    fc.asyncProperty(anyConfig, anyCredentials, anyKey, anyMeta, anyBytes, anyTime, async (...drawn) => {
      const [config, credentials, key, meta, bytes, now] = drawn;
      const { sha256 } = bytesContent(bytes);
      const ours = putRequest(config, key as StorageKey, { bytes, sha256 }, meta);
      const theirs = new PutObjectCommand({
        Bucket: config.bucket,
        Key: key,
        Body: bytes,
        ContentLength: bytes.length,
        ChecksumSHA256: createHash('sha256').update(bytes).digest('base64'),
        IfNoneMatch: '*',
        ...writeHeaders(config, meta),
      });
      await expectTheSame(config, credentials, now, ours, theirs);
    }),
    { numRuns: 100 },
  );
});

it('looks and reads as the SDK does', async () => {
  const anyRead = fc.record(
    {
      range: fc.record({ start: fc.nat(), end: fc.option(fc.nat(), { nil: undefined }) }),
      ifMatch: fc.constantFrom('0123456789abcdef0123456789abcdef', 'x-2'),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(anyConfig, anyCredentials, anyKey, anyRead, anyTime, async (...drawn) => {
      const [config, credentials, key, { range, ifMatch }, now] = drawn;
      const object = { Bucket: config.bucket, Key: key };
      const looking = new HeadObjectCommand({ ...object, ChecksumMode: 'ENABLED' });
      await expectTheSame(config, credentials, now, headRequest(key as StorageKey), looking);
      const ours = getRequest(key as StorageKey, { range, ifMatch });
      const reading = new GetObjectCommand({
        ...object,
        ...(range && { Range: `bytes=${range.start}-${range.end ?? ''}` }),
        ...(ifMatch && { IfMatch: `"${ifMatch}"` }),
      });
      await expectTheSame(config, credentials, now, ours, reading);
    }),
    { numRuns: 50 },
  );
});

it.each(['7', 'Thu, 26 Nov 2026 10:00:09 GMT'])(
  'waits as long as the SDK where the server says Retry-After: %s',
  async (retryAfter) => {
    jest.setSystemTime(new Date('2026-11-26T10:00:00Z'));
    const server = createServer((_, answer) => answer.writeHead(503, { 'retry-after': retryAfter }).end());
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const config = { ...S3_CONFIG, endpoint: `http://127.0.0.1:${port}` };
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const s3 = new S3Connection(createS3Client(config, DEFAULT_LIMITS, credentials), config, DEFAULT_LIMITS);
    const heard: (Date | undefined)[] = [];
    s3.client.config.retryStrategy = async () => ({
      acquireInitialRetryToken: async () => ({ getRetryCount: () => 0, getRetryDelay: () => 0 }),
      refreshRetryTokenForRetry: async (_, { retryAfterHint }) => {
        heard.push(retryAfterHint);
        throw new Error('no more tries');
      },
      recordSuccess: () => undefined,
    });
    const key = 'pdf/2026/11/a.pdf' as StorageKey;
    const options = { abortSignal: new AbortController().signal, requestTimeout: 1_000 };
    try {
      await expect(s3.objects.send(headRequest(key), options)).rejects.toThrow();
      await expect(
        s3.client.send(new HeadObjectCommand({ Bucket: config.bucket, Key: key })),
      ).rejects.toThrow();
      expect(heard).toEqual(
        Array(2).fill(new Date(retryAfter === '7' ? '2026-11-26T10:00:07Z' : '2026-11-26T10:00:09Z')),
      );
    } finally {
      await s3.close();
      server.close();
    }
  },
);

/** Fails where the SDK would send another request, or sign ours by another signature. */
async function expectTheSame(
  config: S3Config,
  credentials: SigningCredentials,
  now: Date,
  request: ObjectRequest,
  command: Command,
): Promise<void> {
  jest.setSystemTime(now);
  const s3 = new S3Connection(createS3Client(config, DEFAULT_LIMITS, credentials), config, DEFAULT_LIMITS);
  const ours = await s3.objects.sign(request);
  const theirs = await askedBySdk(s3, command);
  const { protocol, headers, method, path } = theirs;
  expect(ours).toMatchObject({ method, path, origin: `${protocol}//${headers['host']}` });
  const named = Object.entries(headers).filter(([name]) => !OF_THE_SDK.test(name));
  const { authorization, ...others } = ours.headers;
  expect(others).toEqual(Object.fromEntries(named));

  const signer = new SignatureV4({
    ...{ service: 's3', region: config.region ?? '', credentials, sha256: Sha256 },
    ...{ uriEscapePath: false, applyChecksum: false },
  });
  const signed = await signer.sign({ ...theirs, query: {}, headers: others }, { signingDate: now });
  expect(authorization).toBe(signed.headers['authorization']);
  await s3.close();
}

type Command = PutObjectCommand | HeadObjectCommand | GetObjectCommand;

/** The request that the SDK would send, signed. */
async function askedBySdk(s3: S3Connection, command: Command): Promise<HttpRequest> {
  let asked: HttpRequest | undefined;
  s3.client.middlewareStack.add(
    () => async (args) => {
      asked = args.request as HttpRequest;
      return {
        response: new HttpResponse({ statusCode: 200, body: Readable.from([]) }),
        output: { $metadata: {} },
      };
    },
    { step: 'deserialize', priority: 'low' },
  );
  await s3.client.send(command);
  if (!asked) throw new Error('the SDK asked nothing');
  return asked;
}
