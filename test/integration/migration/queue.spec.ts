import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { Chunks } from '../../../src/migration/jobs/chunks.js';
import {
  type MigrateChunk,
  MIGRATE_CHUNK,
  MigrationJobs,
} from '../../../src/migration/jobs/migration.jobs.js';
import { beginRun, endRun } from '../../../src/migration/runs/runs.js';
import type { JobHandler, JobQueue } from '../../../src/queue/job-queue.js';
import { createBackends } from '../../../src/storage/storage-backends.js';
import { SILENT_OBSERVER } from '../../../src/storage/storage-observer.js';
import { readKey } from '../../contracts/storage-samples.js';
import { CertificateStore, type SeededFile } from '../../kit/certificate-store.js';
import { OperatorCommand } from '../../kit/operator-command.js';
import { until } from '../../kit/until.js';
import { FaultProxy, ServerProcess, services, startRedis } from '../../services/index.js';

let proxy: FaultProxy;
let store: CertificateStore;
const workers: ServerProcess[] = [];

beforeAll(async () => {
  const { endpoint } = await services.radosgw();
  proxy = await FaultProxy.to(endpoint);
  store = await CertificateStore.create({ endpoint: proxy.url(endpoint) });
}, 120_000);
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  await store.close();
  await proxy.close();
});
afterEach(async () => {
  proxy.set({ kind: 'none' });
  await store.pool.query('TRUNCATE certificates CASCADE');
});

const untilThereIs = (query: string) => until(async () => (await store.pool.query(query)).rows.length > 0);
function startWorker(name: string, env: Record<string, string> = {}): void {
  const command = [process.execPath, join(__dirname, '../../../dist/worker.js')];
  workers.push(ServerProcess.start(name, store.folder, command, { ...store.env, ...env }));
}
const oneMigrated = 'SELECT 1 FROM certificate_files WHERE migrated_to_s3_at IS NOT NULL';

it('migrate:certs --queue shares the files among workers, survives the death of one, and adds up', async () => {
  const files = await store.seed(120);
  const [missing, deleted] = files as [(typeof files)[0], (typeof files)[0]];
  store.loseLocal(missing.key);
  await store.pool.query('UPDATE certificates SET deleted_at = now() WHERE id = $1', [deleted.certificateId]);
  for (const name of ['worker-1', 'worker-2']) startWorker(name);
  const run = OperatorCommand.start(
    ['migrate', '--queue', '--json', '--batch-size', '15'],
    store.folder,
    store.env,
  );
  await untilThereIs(oneMigrated);
  await workers[0]?.stop('SIGKILL');
  const { code, json } = await run.result();
  expect([code, json.total, json.migrated, json.skipped, json.failed]).toEqual([1, 120, 118, 1, 1]);
  expect(json.errors).toEqual([expect.objectContaining({ key: missing.key, code: 'local_missing' })]);
  const s3 = store.bucket.backend();
  for (const { key, bytes } of files.slice(2)) expect((await readKey(s3, key)).equals(bytes)).toBe(true);
}, 120_000);

/** The worker that was not killed goes on. */
const queued = (env: Record<string, string> = {}, ...args: string[]): OperatorCommand =>
  OperatorCommand.start(['migrate', '--queue', '--json', '--concurrency', '1', ...args], store.folder, {
    ...store.env,
    ...env,
  });

it('migrate:certs --queue, stopped by Ctrl-C, lists what failed until then; no more files are in flight than it says', async () => {
  const files = await store.seed(300);
  for (const { key } of files
    .map(({ key }) => ({ key }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .slice(0, 3)) {
    store.loseLocal(key);
  }
  proxy.set({ kind: 'delay', ms: 50 });
  const before = proxy.connections;
  const run = queued();
  await untilThereIs(oneMigrated);
  run.kill('SIGINT');
  const { code, json } = await run.result();
  expect([code, json.failed, json.errors.length]).toEqual([130, 3, 3]);
  expect(json.migrated).toBeLessThan(297);
  expect(proxy.connections - before).toBeLessThan(4);
}, 120_000);

it('a worker without the disk, or with another bucket, leaves its batch to others', async () => {
  const [file] = (await store.seed(1)) as [SeededFile];
  const { pool, config } = store;
  const storage = { ...config.storage, mediaRoot: join(store.folder, 'unmounted') };
  mkdirSync(storage.mediaRoot);
  let work: JobHandler<MigrateChunk> | undefined;
  const queue = { handle: (_: unknown, handler: typeof work) => (work = handler) } as unknown as JobQueue;
  const backends = createBackends(storage, SILENT_OBSERVER);
  new MigrationJobs(queue, pool, backends, { ...config, storage }).register();
  const run = { task: 'migrate' as const, dryRun: false, options: { concurrency: 1 }, total: 1 };
  const runId = await beginRun(pool, run);
  const chunks = new Chunks(pool);
  await chunks.add(runId, 0, '', file.key);
  const job = { id: '1', attempt: MIGRATE_CHUNK.attempts, signal: new AbortController().signal };
  const bucket = storage.s3?.bucket;
  await expect(work?.({ runId, index: 0, bucket }, job)).rejects.toThrow('is its disk mounted?');
  await expect(work?.({ runId, index: 0, bucket: 'other' }, job)).rejects.toThrow('other for the command');
  expect(await chunks.counts(runId)).toEqual({ waiting: 1, failed: 0, claimed: 0 });
  const { rows } = await pool.query('SELECT failed FROM migration_runs WHERE id = $1', [runId]);
  expect(rows).toEqual([{ failed: 0 }]);
  await endRun(pool, runId, { state: 'finished' });
});

it('migrate:certs --queue ends when its database goes away, with what was done until then', async () => {
  await store.seed(300);
  proxy.set({ kind: 'delay', ms: 50 });
  const url = store.env['DATABASE_URL'] as string;
  const database = await FaultProxy.to(url);
  const run = queued({ DATABASE_URL: database.url(url) });
  await untilThereIs('SELECT 1 FROM migration_runs WHERE done > 0 AND finished_at IS NULL');
  await sleep(1_000); // it looks twice a second
  database.set({ kind: 'refuse' });
  const { code, json, stderr } = await run.result();
  await database.close();
  expect([code, stderr]).toEqual([1, expect.stringContaining('The run ended early: ')]);
  expect(json.migrated).toBeGreaterThan(0);
}, 120_000);

it('migrate:certs --queue ends when the server of its queue does not answer, and says so in one document', async () => {
  await store.seed(3);
  const { code, json, stderr } = await queued({ REDIS_URL: 'redis://127.0.0.1:9' }).result();
  expect([code, json.total, json.migrated]).toEqual([2, 3, 0]);
  expect(stderr).toContain('The run ended early: the queue server failed');
  const { rows } = await store.pool.query(
    'SELECT state FROM migration_runs ORDER BY started_at DESC LIMIT 1',
  );
  expect(rows).toEqual([{ state: 'failed' }]);
}, 120_000);

it('migrate:certs --queue hands out again the batches that its queue has lost', async () => {
  await store.seed(30);
  const redis = await startRedis();
  const run = queued({ REDIS_URL: redis.url }, '--batch-size', '10');
  await untilThereIs("SELECT 1 FROM migration_runs WHERE state = 'running' AND total = 30");
  const server = new Redis(redis.url);
  await until(async () => (await server.keys('*migrate-chunk-*')).length >= 3);
  await server.flushall();
  await server.quit();
  startWorker('worker-on-redis', { REDIS_URL: redis.url });
  const { code, json } = await run.result();
  expect([code, json.migrated]).toEqual([0, 30]);
  await redis.stop();
}, 60_000);
