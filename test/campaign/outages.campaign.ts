import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import '../doubles/native-errors.js';
import { startApp, type TestApp } from '../kit/app.js';
import { createTestBucket, type TestBucket } from '../kit/s3-bucket.js';
import { until } from '../kit/until.js';
import { FaultProxy, services, temporaryFolder } from '../services/index.js';
import { Clients, sha256 } from './outages/clients.js';
import { breakForAWhile } from './outages/faults.js';
import { scale } from './scale.js';

const SECONDS = scale(10, 600);

/**
 * Three services that differ in the flag only share a database, a folder and a bucket, while the ways to both servers
 * break. In the end what was acknowledged is there under each flag, and nothing else is anywhere.
 */
let bucket: TestBucket;
let database: FaultProxy;
const mediaRoot = temporaryFolder('outages');
const apps: TestApp[] = [];

beforeAll(async () => {
  bucket = await createTestBucket();
  const url = await services.postgres();
  database = await FaultProxy.to(url);
  const env = { ...bucket.env, MEDIA_ROOT: mediaRoot, DATABASE_URL: database.url(url) };
  for (const mode of ['false', 'dual', 'true']) {
    apps.push(await startApp({ worker: true, env: { ...env, USE_S3_FOR_CERTS: mode } }));
  }
});
afterAll(async () => {
  for (const app of apps) await app.close();
  await bucket.close();
  await database.close();
});

it(`through ${SECONDS} s of outages nothing acknowledged is lost, and nothing is left over`, async () => {
  const [first] = apps as [TestApp];
  const clients = new Clients(apps, await first.tournament(), 6);
  const happened = await breakForAWhile(bucket.proxy, database, SECONDS);
  await clients.stop();
  expect(clients.wrong).toEqual([]);
  expect(clients.issued.size).toBeGreaterThan(SECONDS / 10);

  for (const [id, hash] of clients.issued) {
    if (clients.given.has(id) && !clients.deleted.has(id)) continue; // nobody was told what became of it
    for (const app of apps) {
      const download = () => app.get(`/api/tournaments/certificates/${id}/download/?delivery=proxy`, 'owner');
      // S3 is tried again some seconds after it was away.
      const answer = await until(async () => {
        const now = await download();
        return now.status !== 503 && now;
      }, 200);
      const expected = clients.deleted.has(id) ? [id, 410] : [id, 200, hash];
      expect([id, answer.status, ...(answer.status === 200 ? [sha256(answer.bytes)] : [])]).toEqual(expected);
    }
  }

  const [, , last] = apps as [TestApp, TestApp, TestApp];
  const swept = await last.sweepNow();
  expect(swept.failed).toBe(0);
  expect(await last.prisma.pendingFile.count()).toBe(0);
  const rows = await last.prisma.certificateFile.findMany();
  const keysOf = (some: typeof rows) => some.map(({ key }) => key).sort();
  expect(onDisk()).toEqual(keysOf(rows.filter((row) => row.storedLocallyAt)));
  // A copy that is owed may have arrived, though its answer did not.
  const inBucket = await inS3();
  const owed = new Set(keysOf(rows.filter((row) => row.s3OwedSince)));
  expect(inBucket.filter((key) => !owed.has(key))).toEqual(keysOf(rows.filter((row) => row.migratedToS3At)));

  console.log(
    `${clients.issued.size} issued, ${clients.deleted.size} deleted, ${swept.removed} files swept, no orphan\n` +
      `${JSON.stringify(clients.answers)}\n${JSON.stringify(happened)}`,
  );
});

const onDisk = (): string[] =>
  readdirSync(mediaRoot, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(mediaRoot.length + 1))
    .sort();

async function inS3(): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2({ client: bucket.client }, { Bucket: bucket.name })) {
    keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
  }
  return keys.sort();
}
