import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { S3UrlSigner } from '../../src/storage/backends/s3/presign/url-signer.js';
import type { S3Backend } from '../../src/storage/backends/s3/s3-backend.js';
import { bytesContent } from '../../src/storage/content.js';
import { makeKey } from '../../src/storage/storage-key.js';
import { TestBucket } from '../contracts/s3-buckets.js';
import { META } from '../contracts/storage-samples.js';
import { type Radosgw, services } from '../services/index.js';

const bytes = randomBytes(10_000);
const key = makeKey('pdf', new Date());
const NAMES = [
  'certificate-0a1b2c3d.pdf',
  'two words.pdf',
  `it's (the "best") one!*.pdf`,
  'বিজয়ী সনদপত্র.pdf',
  'müde \\ 100%.pdf',
];

describe.each(['AES256', 'aws:kms'] as const)('a presigned URL of an object under %s', (encryption) => {
  let bucket: TestBucket;
  let server: Radosgw;
  let backend: S3Backend;
  let signer: S3UrlSigner;
  beforeAll(async () => {
    server = await services.radosgw();
    bucket = await TestBucket.on(server);
    backend = bucket.backend({
      encryption,
      ...(encryption === 'aws:kms' && { kmsKeyId: server.kmsKeys[0] }),
    });
    signer = new S3UrlSigner(backend.connection);
    await backend.put(key, bytesContent(bytes), META);
  }, 120_000);

  const signed = async (filename = 'x.pdf', disposition: 'inline' | 'attachment' = 'attachment') => {
    const result = await signer.sign(key, { contentType: 'application/pdf', filename, disposition });
    return result?.url ?? '';
  };

  it('fetches the file without credentials', async () => {
    const answer = await fetch(await signed());
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
    expect(answer.headers.get('content-type')).toBe('application/pdf');
  });

  it.each(NAMES)('names it %j', async (name) => {
    const answer = await fetch(await signed(name, 'inline'));
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
    const header = answer.headers.get('content-disposition') ?? '';
    expect(header.startsWith('inline')).toBe(true);
    const [, encoded] = /filename\*=UTF-8''([^;]+)/.exec(header) ?? [];
    if (encoded) expect(decodeURIComponent(encoded)).toBe(name);
  });

  it('serves ranges', async () => {
    const answer = await fetch(await signed(), { headers: { range: 'bytes=10-19' } });
    expect(answer.status).toBe(206);
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes.subarray(10, 20))).toBe(true);
  });

  it.each([
    ['another key', (url: string) => url.replace(key, makeKey('pdf', new Date()))],
    ['another name', (url: string) => url.replace('x.pdf', 'y.pdf')],
    ['a longer life', (url: string) => url.replace('X-Amz-Expires=600', 'X-Amz-Expires=6000')],
  ])('is refused with %s', async (_what, change) => {
    const answer = await fetch(change(await signed()));
    await answer.arrayBuffer();
    expect(answer.status).toBe(403);
  });

  it('reaches the same file through the host name of the bucket', async () => {
    const virtual = new S3UrlSigner(
      bucket.backend({ pathStyle: false, endpoint: 'https://s3.example.com' }).connection,
    );
    const result = await virtual.sign(key, {
      contentType: 'application/pdf',
      filename: 'x.pdf',
      disposition: 'inline',
    });
    expect(result?.url.startsWith(`https://${bucket.name}.s3.example.com/${key}?`)).toBe(true);
  });
});
