import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type pg from 'pg';
import { Chunks } from '../../../src/migration/jobs/chunks.js';
import { RunJournal } from '../../../src/migration/runs/run-journal.js';
import { RunLock } from '../../../src/migration/runs/run-lock.js';
import { beginRun, markLostRuns } from '../../../src/migration/runs/runs.js';
import type { Task, TaskName } from '../../../src/migration/engine/task.js';
import { CertificateStore } from '../../kit/certificate-store.js';
import { until } from '../../kit/until.js';

let store: CertificateStore;
beforeAll(async () => {
  store = await CertificateStore.create();
}, 120_000);
afterAll(() => store.close());

const begin = (task: TaskName, dryRun = false) =>
  beginRun(store.pool, { task, dryRun, options: {}, total: 1 });
const silentFor = (id: string, minutes: number) =>
  store.pool.query(
    'UPDATE migration_runs SET heartbeat_at = now() - make_interval(mins => $2) WHERE id = $1',
    [id, minutes],
  );
const stateOf = async (id: string) =>
  (await store.pool.query('SELECT state FROM migration_runs WHERE id = $1', [id])).rows[0].state as string;

it('a run without the lock is lost once it is silent, and found so by whichever run begins next', async () => {
  const silent = [await begin('validate'), await begin('erase'), await begin('migrate', true)];
  const [alive, waiting] = [await begin('validate'), await begin('migrate')];
  for (const id of silent) await silentFor(id, 16);
  await silentFor(alive, 14);
  await silentFor(waiting, 60); // for a worker, with --queue: silence says nothing of it
  await begin('validate');
  expect(await Promise.all([...silent, alive, waiting].map(stateOf))).toEqual([
    'lost',
    'lost',
    'lost',
    'running',
    'running',
  ]);
});

it('who takes the lock knows that all runs with it are dead, and says so of no other', async () => {
  const [migrate, restore, validate] = [
    await begin('migrate'),
    await begin('restore'),
    await begin('validate'),
  ];
  await markLostRuns(store.pool);
  expect(await Promise.all([migrate, restore, validate].map(stateOf))).toEqual(['lost', 'lost', 'running']);
});

it('who is refused the lock is told of the run that holds it, not of a validation beside it', async () => {
  const lock = await RunLock.take(store.pool);
  const id = await begin('retire');
  await begin('validate');
  await expect(RunLock.take(store.pool)).rejects.toThrow(
    new RegExp(`^retire:certs has been running .*run ${id}`),
  );
  lock.release();
});

it('a worker that was taken for dead, and lives after all, counts nothing twice and leaves the chunk to whom it went', async () => {
  const chunks = new Chunks(store.pool);
  const runId = await begin('migrate');
  await chunks.add(runId, 0, '', 'z');
  const claim = async () => {
    const chunk = await chunks.claim(runId, 0);
    if (typeof chunk === 'string') throw new Error(chunk);
    return chunk;
  };
  const tx = store.pool as unknown as pg.PoolClient;
  const first = await claim();
  await chunks.count(tx, first, []);
  await store.pool.query('UPDATE migration_chunks SET claimed_until = to_timestamp(0) WHERE run_id = $1', [
    runId,
  ]);
  const second = await claim();

  await expect(chunks.count(tx, first, [])).rejects.toThrow('another worker');
  expect(await chunks.renew(first)).toBe(false);
  await chunks.release(first, 'failed');
  expect(await chunks.counts(runId)).toEqual({ waiting: 1, failed: 0, claimed: 1 });

  await chunks.count(tx, second, []);
  await chunks.release(second, 'done');
  await chunks.release(first, 'waiting');
  expect(await chunks.counts(runId)).toEqual({ waiting: 0, failed: 0, claimed: 0 });
});

it('a chunk that is begun again leaves no failure on record of a file that comes up again', async () => {
  const chunks = new Chunks(store.pool);
  const runId = await begin('migrate');
  await chunks.add(runId, 0, '', 'b');
  await chunks.add(runId, 1, 'b', 'd');
  await store.pool.query(
    `INSERT INTO migration_failures (run_id, key, code, detail, attempts)
     SELECT $1, key, 'unavailable', '', 3 FROM unnest('{b,c,d}'::text[]) AS key`,
    [runId],
  );
  await chunks.claim(runId, 1);
  const { rows } = await store.pool.query('SELECT key FROM migration_failures WHERE run_id = $1', [runId]);
  expect(rows).toEqual([{ key: 'b' }]);
});

it('runs that write the same rows at once, in another order, both write them', async () => {
  let waiting = 2;
  const lock = (tx: pg.PoolClient, row: number) => tx.query('SELECT pg_advisory_xact_lock($1)', [row]);
  const journal = async (name: TaskName, [first, second]: [number, number]) => {
    const commit = async (tx: pg.PoolClient) => {
      await lock(tx, first);
      waiting -= 1;
      await until(() => waiting <= 0);
      await lock(tx, second);
      return new Set(['a']);
    };
    const task = { name, commit } as unknown as Task;
    return new RunJournal(store.pool, { id: await begin(name), dryRun: false }, task, () => undefined);
  };
  const item = { key: 'a', certificateId: null, size: 1 };
  const journals = [await journal('retire', [1, 2]), await journal('validate', [2, 1])];
  await Promise.all(
    journals.map((one) => one.write([{ item, attempts: 1, outcome: { kind: 'done', change: null } }])),
  );
  const { rows } = await store.pool.query(
    "SELECT task FROM migration_runs WHERE done = 1 AND state = 'running'",
  );
  expect(rows).toHaveLength(2);
});
