import type pg from 'pg';
import { type Ending, runTask } from '../engine/run-task.js';
import { BATCH_SIZE } from '../engine/pace.js';
import type { Item, Task } from '../engine/task.js';
import { type Recorded, RunJournal } from './run-journal.js';
import { beginRun, endRun } from './runs.js';

export interface RecordedRun {
  id: string;
  ending: Ending;
  found: Record<Recorded['kind'], number>;
}

/**
 * Runs a task in a worker, on record like a command's run.
 * @param options.told what was done, once it is durable
 */
export async function runRecorded<I extends Item, Change>(
  pool: pg.Pool,
  task: Task<I, Change>,
  options: {
    recorded: Record<string, unknown>;
    concurrency: number;
    signal: AbortSignal;
    told?: (runId: string, recorded: Recorded[]) => void | Promise<void>;
  },
): Promise<RecordedRun> {
  const run = { task: task.name, dryRun: false, options: options.recorded, total: await task.count() };
  const id = await beginRun(pool, run);
  const found = { done: 0, skipped: 0, failed: 0 };
  const journal = new RunJournal(pool, { id, dryRun: false }, task, async (recorded) => {
    for (const { kind } of recorded) found[kind] += 1;
    await options.told?.(id, recorded);
  });
  const { concurrency, signal } = options;
  const ready = run.total > 0 ? task.ready?.() : undefined;
  const ending = await Promise.resolve(ready).then(
    () => runTask(task, journal, { batchSize: BATCH_SIZE, concurrency, signal }),
    (error: Error): Ending => ({ state: 'failed', reason: error.message }),
  );
  await endRun(pool, id, ending);
  return { id, ending, found };
}
