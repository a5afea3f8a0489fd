import type { Logger } from '@nestjs/common';
import type pg from 'pg';
import type { Item, Task } from '../engine/task.js';
import { runRecorded } from '../runs/run-recorded.js';

/** Few at once: nobody waits for it, and downloads continue meanwhile. */
const CONCURRENCY = 4;

/**
 * Runs a scheduled task in a worker, on record, and logs how it ended. @throws Error if it ended early, so that the
 * queue tries again
 */
export async function runScheduled<I extends Item, Change>(
  pool: pg.Pool,
  task: Task<I, Change>,
  { name, logger, signal }: { name: string; logger: Logger; signal: AbortSignal },
): Promise<void> {
  const options = { recorded: { scheduled: true }, concurrency: CONCURRENCY, signal };
  const { id, ending, found } = await runRecorded(pool, task, options);
  logger[found.failed > 0 ? 'error' : 'log']({ msg: name, run_id: id, state: ending.state, ...found });
  if (ending.state !== 'finished') throw new Error(`the ${name} ended early: ${ending.state}`);
}
