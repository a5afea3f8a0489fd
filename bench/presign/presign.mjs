// Presigned URLs per second on one core: ours beside the SDK's getSignedUrl, on the same client, keys and names.
// npm run bench:presign
import { performance } from 'node:perf_hooks';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { create as contentDisposition } from 'content-disposition';
import { S3UrlSigner } from '../../dist/storage/backends/s3/presign/url-signer.js';
import { S3Backend } from '../../dist/storage/backends/s3/s3-backend.js';
import { makeKey } from '../../dist/storage/storage-key.js';

const ROUNDS = 5;
const SECONDS = Number(process.env.BENCH_SECONDS ?? 1);
const GOAL = 10;

const { connection } = new S3Backend(
  {
    bucket: 'certificates',
    region: 'eu-central-1',
    endpoint: undefined,
    pathStyle: false,
    encryption: 'AES256',
    kmsKeyId: undefined,
    urlLifeSeconds: 600,
    restore: { tier: 'Standard', days: 7 },
    archiveAfterDays: 365,
  },
  { credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token'.repeat(60) } },
);
const signer = new S3UrlSigner(connection);
const keys = Array.from({ length: 1000 }, () => makeKey('pdf', new Date()));
const nameOf = (key) => `certificate-${key.slice(12, 20)}.pdf`;

const ours = (key) =>
  signer.sign(key, { contentType: 'application/pdf', filename: nameOf(key), disposition: 'attachment' });
const theirs = (key) =>
  getSignedUrl(
    connection.client,
    new GetObjectCommand({
      Bucket: 'certificates',
      Key: key,
      ResponseContentType: 'application/pdf',
      ResponseContentDisposition: contentDisposition(nameOf(key)),
    }),
    { expiresIn: 600, signingDate: new Date(Math.floor(Date.now() / 300_000) * 300_000) },
  );

async function perSecond(sign) {
  const end = performance.now() + SECONDS * 1000;
  const begun = performance.now();
  let made = 0;
  while (performance.now() < end) {
    for (let i = 0; i < 100; i++) await sign(keys[made++ % keys.length]);
  }
  return made / ((performance.now() - begun) / 1000);
}

if ((await ours(keys[0])).url !== (await theirs(keys[0]))) throw new Error('the two URLs differ');
await perSecond(ours);
await perSecond(theirs);
const ratios = [];
for (let round = 1; round <= ROUNDS; round++) {
  const [own, sdk] = [await perSecond(ours), await perSecond(theirs)];
  ratios.push(own / sdk);
  console.log(`round ${round}: ${Math.round(own)} URLs/s, getSignedUrl ${Math.round(sdk)}/s, ratio ${(own / sdk).toFixed(1)}`);
}
const median = ratios.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
console.log(`presign: ${median.toFixed(1)} times getSignedUrl (median of ${ROUNDS}; goal: ${GOAL})`);
process.exitCode = median >= GOAL ? 0 : 1;
