import { randomUUID } from 'node:crypto';
import { renameSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { HttpTestApp } from '../kit/http-app.js';
import { CertificateStore, type SeededFile } from '../kit/certificate-store.js';
import { startOperationsApp, startRetries } from '../kit/operations-app.js';
import { FaultProxy, services } from '../services/index.js';
import { signTestToken } from '../kit/tokens.js';
import { until } from '../kit/until.js';

let store: CertificateStore;
let s3: FaultProxy;
let server: HttpTestApp;
let headers: Record<string, string>;

beforeAll(async () => {
  const { endpoint } = await services.radosgw();
  s3 = await FaultProxy.to(endpoint);
  store = await CertificateStore.create({ endpoint: s3.url(endpoint) });
  server = await startOperationsApp(store.env);
  await startRetries(server);
  const token = await signTestToken({ sub: 'staff-1', roles: ['staff'] });
  headers = { cookie: `certstore_staff=${token}`, accept: 'text/html', 'sec-fetch-site': 'same-origin' };
}, 120_000);
afterAll(async () => {
  await server.close();
  await s3.close();
  await store.close();
});

/** A migration on record that could do none of these files. */
async function failedRun(files: SeededFile[]) {
  const id = randomUUID();
  await store.pool.query(
    `INSERT INTO migration_runs (id, task, dry_run, options, state, runner, finished_at, total, failed)
     VALUES ($1, 'migrate', false, '{}', 'finished', 'test', now(), $2, $2)`,
    [id, files.length],
  );
  for (const { key, certificateId } of files) {
    await store.pool.query(
      `INSERT INTO migration_failures (run_id, key, certificate_id, code, detail, attempts)
       VALUES ($1, $2, $3, 'unavailable', 'S3 hung', 3)`,
      [id, key, certificateId],
    );
  }
  return { id, button: `action="/operations/runs/${id}/retry/"` };
}

const retry = (id: string) =>
  fetch(`${server.url}/operations/runs/${id}/retry/`, { method: 'POST', headers, redirect: 'manual' });

const pageWhere = (good: (text: string) => boolean) =>
  until(async () => {
    const text = await (await fetch(`${server.url}/operations/`, { headers })).text();
    return good(text) && text;
  }, 200);

/** Told, by then for the second time, to retry what is now in order. */
async function retriesAll({ id, button }: { id: string; button: string }, files: SeededFile[]) {
  await retry(id);
  await pageWhere(
    (text) => text.includes('retry</small>\n<span class="state good">finished') && !text.includes(button),
  );
  const rows = await store.rows();
  expect(files.filter(({ key }) => rows.get(key)?.['migrated_to_s3_at'] === null)).toEqual([]);
}

beforeEach(async () => {
  await store.pool.query(
    'TRUNCATE migration_runs, migration_failures, certificate_files, certificates CASCADE',
  );
});

it('retries nothing while the disk is not mounted, and says so', async () => {
  const files = await store.seed(2);
  const run = await failedRun(files);
  const root = store.config.storage.mediaRoot;
  renameSync(root, `${root}.away`);
  await retry(run.id);
  const text = await pageWhere((page) => page.includes('MEDIA_ROOT'));
  renameSync(`${root}.away`, root);
  expect(text).toContain(run.button);
  await retriesAll(run, files);
}, 60_000);

it('moves nothing to a bucket that has none of the files on record there, and says so', async () => {
  const [file, elsewhere] = (await store.seed(2)) as [SeededFile, SeededFile];
  const run = await failedRun([file]);
  const say = (at: string) =>
    store.pool.query(`UPDATE certificate_files SET migrated_to_s3_at = ${at} WHERE key = $1`, [
      elsewhere.key,
    ]);
  await say('now()');
  await retry(run.id);
  const text = await pageWhere((page) => page.includes('is AWS_STORAGE_BUCKET_NAME right?'));
  await say('NULL');
  expect(text).toContain(run.button);
  await retriesAll(run, [file]);
}, 60_000);

it('offers what a retry that S3 put an end to had left out', async () => {
  const files = await store.seed(40);
  const run = await failedRun(files);
  s3.set({ kind: 'refuse' });
  await retry(run.id);
  const text = await pageWhere(
    (page) => page.includes(run.id) && page.includes('<span class="state bad">failed'),
  );
  s3.set({ kind: 'none' });
  expect(text).toContain(run.button);
  await retriesAll(run, files);
}, 60_000);
