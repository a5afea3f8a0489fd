import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { create as contentDisposition } from 'content-disposition';
import fc from 'fast-check';
import {
  anyCredentials,
  anyFileName,
  anyKey,
  anyServer,
  anyTime,
  S3_CONFIG,
} from '../../../../../test/kit/any-s3.js';
import type { S3Config } from '../../../../config/config.js';
import { makeKey, type StorageKey } from '../../../storage-key.js';
import { createS3Client } from '../s3-client.js';
import { S3Connection } from '../s3-connection.js';
import { DEFAULT_LIMITS } from '../time-limits.js';
import type { EndingCredentials } from './lasting-credentials.js';
import { S3UrlSigner } from './url-signer.js';

const STATIC = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret/+=' };
const FILE = { contentType: 'application/pdf', filename: 'certificate-0a1b2c3d.pdf' };
const INLINE = { ...FILE, disposition: 'inline' } as const;
const key = makeKey('pdf', new Date());

type Source = EndingCredentials | (() => Promise<EndingCredentials>);
const connect = (changes: Partial<S3Config> = {}, credentials: Source = STATIC) => {
  const config = { ...S3_CONFIG, ...changes };
  return new S3Connection(createS3Client(config, DEFAULT_LIMITS, credentials), config, DEFAULT_LIMITS);
};
const signerOf = (changes?: Partial<S3Config>, credentials?: Source) =>
  new S3UrlSigner(connect(changes, credentials));

beforeEach(() => {
  jest.useFakeTimers({ now: new Date('2024-05-06T07:08:09.123Z') });
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

describe('presigned URLs', () => {
  const files = fc.record({
    contentType: fc.constantFrom('application/pdf', 'image/png', 'text/plain; charset=utf-8'),
    filename: anyFileName,
    disposition: fc.constantFrom('attachment' as const, 'inline' as const),
    method: fc.constantFrom('GET' as const, 'HEAD' as const),
  });
  const lives = fc.integer({ min: 301, max: 604_800 });

  it('are byte for byte those of the SDK, for any key, file, server and credentials', async () => {
    await fc.assert(
      fc.asyncProperty(anyServer, lives, anyCredentials, anyKey, files, anyTime, async (...drawn) => {
        const [server, urlLifeSeconds, creds, key, file, now] = drawn;
        jest.setSystemTime(now);
        const s3 = connect({ ...server, urlLifeSeconds }, creds);
        const ours = await new S3UrlSigner(s3).sign(key as StorageKey, file);
        const theirs = await getSignedUrl(
          s3.client,
          new (file.method === 'GET' ? GetObjectCommand : HeadObjectCommand)({
            Bucket: server.bucket,
            Key: key,
            ResponseContentType: file.contentType,
            ResponseContentDisposition: contentDisposition(file.filename, { type: file.disposition }),
          }),
          {
            expiresIn: urlLifeSeconds,
            signingDate: new Date(Math.floor(now.getTime() / 300_000) * 300_000),
          },
        );
        expect(ours?.url).toBe(theirs);
      }),
      { numRuns: 200 },
    );
  });

  it('are the same for five minutes and then another', async () => {
    const signer = signerOf();
    const at = async (time: string) => {
      jest.setSystemTime(new Date(`2024-05-06T${time}Z`));
      return signer.sign(key, INLINE);
    };
    const first = await at('07:05:00.000');
    expect(first?.expiresAt).toEqual(new Date('2024-05-06T07:15:00Z'));
    expect((await at('07:09:59.999'))?.url).toBe(first?.url);
    const second = await at('07:10:00.000');
    expect(second?.url).not.toBe(first?.url);
    expect(new URL(second?.url ?? '').searchParams.get('X-Amz-Date')).toBe('20240506T071000Z');
  });

  it('have at least five minutes to live whenever they are handed out', async () => {
    const signer = signerOf();
    await fc.assert(
      fc.asyncProperty(anyTime, async (now) => {
        jest.setSystemTime(now);
        const signed = await signer.sign(key, INLINE);
        const left = (signed?.expiresAt.getTime() ?? 0) - now.getTime();
        expect(left).toBeGreaterThan(300_000 - 1);
        expect(left).toBeLessThanOrEqual(600_000);
      }),
    );
  });

  it("are signed by the server's clock", async () => {
    const s3 = connect();
    s3.client.config.systemClockOffset = 20 * 60_000;
    const signed = await new S3UrlSigner(s3).sign(key, INLINE);
    expect(signed?.url).toContain('X-Amz-Date=20240506T072500Z');
    expect([signed?.expiresAt, signed?.secondsLeft]).toEqual([new Date('2024-05-06T07:35:00Z'), 410]);
  });
});

describe('a URL never outlives its credentials', () => {
  const lasting = (seconds: number, id = 'AK'): EndingCredentials => ({
    accessKeyId: id,
    secretAccessKey: 'secret',
    sessionToken: 'token',
    expiration: new Date(Date.now() + seconds * 1000),
  });

  it('uses those that last', async () => {
    const provider = jest.fn(async () => lasting(3600));
    const signer = signerOf({}, provider);
    for (let call = 0; call < 10; call++) expect(await signer.sign(key, INLINE)).not.toBeNull();
    expect(provider).toHaveBeenCalledTimes(1);
  });

  it('renews those that end before the URL does', async () => {
    let calls = 0;
    const signer = signerOf({}, async () => (calls++ === 0 ? lasting(400, 'OLD') : lasting(3600, 'NEW')));
    const signed = await Promise.all(Array.from({ length: 10 }, () => signer.sign(key, INLINE)));
    expect(signed.every((one) => one?.url.includes('Credential=NEW'))).toBe(true);
    expect(calls).toBe(2);
  });

  it('hands out none where renewing does not help, and does not ask again and again', async () => {
    const provider = jest.fn(async () => lasting(330));
    const signer = signerOf({}, provider);
    for (let call = 0; call < 20; call++) expect(await signer.sign(key, INLINE)).toBeNull();
    const calls = provider.mock.calls.length;
    expect(calls).toBeLessThanOrEqual(2);
    jest.advanceTimersByTime(31_000);
    expect(await signer.sign(key, INLINE)).toBeNull();
    expect(provider.mock.calls.length).toBeLessThanOrEqual(calls + 2);
  });

  it('is misconfigured where the bucket can not be part of the host name', async () => {
    jest.spyOn(console, 'error').mockImplementation(() => undefined); // the SDK writes there before it throws
    const signer = signerOf({ bucket: 'certs.example.com', endpoint: 'http://127.0.0.1:7480' });
    await expect(signer.sign(key, INLINE)).rejects.toMatchObject({ code: 'misconfigured' });
  });

  it('says so where there are no credentials at all, and recovers', async () => {
    let found = false;
    const signer = signerOf({}, async () => {
      if (found) return STATIC;
      throw Object.assign(new Error('nothing there'), { name: 'CredentialsProviderError' });
    });
    await expect(signer.sign(key, INLINE)).rejects.toMatchObject({
      code: 'bad_credentials',
      message: expect.stringContaining('AWS_ACCESS_KEY_ID'),
    });
    found = true;
    expect(await signer.sign(key, INLINE)).not.toBeNull();
  });
});
