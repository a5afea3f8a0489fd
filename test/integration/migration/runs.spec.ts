import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { RunLock } from '../../../src/migration/runs/run-lock.js';
import { beginRun, markLostRuns } from '../../../src/migration/runs/runs.js';
import type { TaskName } from '../../../src/migration/engine/task.js';
import { CertificateStore } from '../../kit/certificate-store.js';

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
  await expect(RunLock.take(store.pool)).rejects.toThrow(new RegExp(`^retire:certs is running .*run ${id}`));
  lock.release();
});
