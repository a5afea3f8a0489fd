import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config/config.js';
import type { Database } from '../../database/database.js';
import { isDatabaseUnavailable } from '../../database/is-database-unavailable.js';
import { openJobQueue } from '../../queue/open-job-queue.js';
import { MOST_ERRORS, type Report, type RunError } from './report.js';
import type { Ending } from '../engine/run-task.js';
import { endRun } from '../runs/runs.js';
import { Chunks } from '../jobs/chunks.js';
import { HandOut, type RunToHandOut } from './hand-out.js';

const LOOK_EVERY_MS = 500;
/** Silence after which the operator is asked whether a worker is running at all, milliseconds. */
const ASK_AFTER_MS = 15_000;

export interface QueuedRun extends RunToHandOut {
  database: Database;
  report: Report;
}

/**
 * Divides the task's files into chunks, hands them to the workers, and follows them to the end. When stopped, it ends
 * the run, which workers see within seconds, and waits for the files they have in flight.
 */
export async function followQueue(config: Config, run: QueuedRun): Promise<Ending> {
  const { runId, database, signal } = run;
  const chunks = new Chunks(database.pool);
  const queue = await openJobQueue(config, database);
  try {
    const handOut = new HandOut(run, chunks, queue, config.storage.s3?.bucket);
    let broken = await handOut.all();
    const silence = new Silence();
    for (; ; await sleep(LOOK_EVERY_MS)) {
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
              reason: `${failed} batches failed after several tries; see the workers' log`,
            };
      }
      silence.look(waiting, claimed);
      broken = await handOut.again(claimed);
    }
  } catch (error) {
    if (!isDatabaseUnavailable(error)) throw error;
    return { state: 'failed', reason: `the database became unreachable: ${(error as Error).message}` };
  } finally {
    await queue.close();
  }
}

/** Tells the operator, once each time, that no worker is working on a batch. */
class Silence {
  #since = performance.now();
  #told = false;
  #waiting = 0;

  look(waiting: number, claimed: number): void {
    if (claimed > 0 || waiting !== this.#waiting) {
      this.#since = performance.now();
      this.#told = false;
      this.#waiting = waiting;
    } else if (!this.#told && performance.now() - this.#since > ASK_AFTER_MS) {
      this.#told = true;
      process.stderr.write(
        `No worker takes the ${waiting} waiting batches: is \`npm run worker\` running, and what does its log say?\n`,
      );
    }
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
     ORDER BY key LIMIT $2`,
    [runId, MOST_ERRORS],
  );
  report.addErrors(rows);
}
