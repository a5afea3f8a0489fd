import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config/config.js';
import type { Database } from '../../database/database.js';
import { isDatabaseUnavailable } from '../../database/is-database-unavailable.js';
import { type JobQueue, QueueUnavailableError } from '../../queue/job-queue.js';
import { openJobQueue } from '../../queue/open-job-queue.js';
import type { Report, RunError } from '../commands/report.js';
import type { Ending } from '../engine/run-task.js';
import type { Task } from '../engine/task.js';
import { endRun } from '../runs/runs.js';
import { Chunks } from './chunks.js';
import { MIGRATE_CHUNK } from './migration.jobs.js';

const LOOK_EVERY_MS = 500;
/** Silence after which the operator is asked whether there is a worker at all, milliseconds. */
const ASK_AFTER_MS = 15_000;

export interface QueuedRun {
  runId: string;
  task: Task;
  database: Database;
  report: Report;
  batchSize: number;
  limit?: number | undefined;
  signal: AbortSignal;
}

/**
 * Cuts the task's files into chunks, hands them to the workers, and follows until they are through. Told to stop, it
 * ends the run, which workers see within seconds, and waits for the files they have in flight.
 */
export async function followQueue(config: Config, run: QueuedRun): Promise<Ending> {
  const { runId, database, report, signal } = run;
  const chunks = new Chunks(database.pool);
  const queue = await openJobQueue(config, database);
  try {
    const broken = await handOut(run, chunks, queue);
    const begun = Date.now();
    for (let told = false; ; await sleep(LOOK_EVERY_MS)) {
      const { waiting, failed, claimed } = await chunks.counts(runId);
      await readFigures(run);
      const end: Ending | undefined = signal.aborted ? { state: 'interrupted' } : broken;
      if (end) {
        await endRun(database.pool, runId, end);
        if (claimed > 0) continue;
        await readErrors(run);
        return end;
      } else if (waiting === 0) {
        await readErrors(run);
        return failed === 0
          ? { state: 'finished' }
          : {
              state: 'failed',
              reason: `${failed} batches were given up after several tries; see the workers' log`,
            };
      }
      const silent = claimed === 0 && report.isAtStart && Date.now() - begun > ASK_AFTER_MS;
      if (silent && !told) {
        told = true;
        process.stderr.write('No worker has taken a batch yet: is `npm run worker` running?\n');
      }
    }
  } catch (error) {
    if (!isDatabaseUnavailable(error)) throw error;
    return { state: 'failed', reason: `the database went away: ${(error as Error).message}` };
  } finally {
    await queue.close();
  }
}

/** @returns how the run ends where the queue's server fails */
async function handOut(
  { runId, task, batchSize, limit = Infinity, signal }: QueuedRun,
  chunks: Chunks,
  queue: JobQueue,
): Promise<Ending | undefined> {
  let after = '';
  let left = limit;
  try {
    // Before it was connected once, the queue waits for its server without end.
    await queue.ping();
    for (let index = 0; left > 0 && !signal.aborted; index++) {
      const page = await task.page(after, Math.min(batchSize, left));
      const last = page.at(-1);
      if (!last) break;
      await chunks.add(runId, index, after, last.key);
      await queue.enqueue(MIGRATE_CHUNK, { runId, index }, { id: `${runId}-${index}` });
      after = last.key;
      left -= page.length;
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof QueueUnavailableError)) throw error;
    return { state: 'failed', reason: error.message };
  }
}

async function readFigures({ runId, database, report }: QueuedRun): Promise<void> {
  const { rows } = await database.pool.query<Record<'done' | 'skipped' | 'failed' | 'bytes', number>>(
    'SELECT done, skipped, failed, bytes::float8 AS bytes FROM migration_runs WHERE id = $1',
    [runId],
  );
  if (rows[0]) report.follow(rows[0]);
}

async function readErrors({ runId, database, report }: QueuedRun): Promise<void> {
  const { rows } = await database.pool.query<RunError>(
    `SELECT certificate_id, key, code, detail, attempts FROM migration_failures WHERE run_id = $1
     ORDER BY key LIMIT 100000`,
    [runId],
  );
  report.addErrors(rows);
}
