import type { Config } from '../../config/config.js';
import { type Database, openDatabase } from '../../database/database.js';
import { DryRunBackend } from '../../storage/decorators/dry-run-backend.js';
import { EmbeddedMetrics } from '../../metrics/embedded-metrics.js';
import { registry } from '../../metrics/metrics.js';
import { createBackends, type StorageBackends } from '../../storage/storage-backends.js';
import { Storage } from '../../storage/storage.js';
import { SILENT_OBSERVER } from '../../storage/storage-observer.js';
import { type Ending, runTask } from '../engine/run-task.js';
import type { Item, Task } from '../engine/task.js';
import { RunJournal } from '../runs/run-journal.js';
import { RunLock } from '../runs/run-lock.js';
import { type Command, type CommandOptions, taskMaker } from './command.js';
import { beginRun, endRun, isExclusive, markLostRuns } from '../runs/runs.js';
import { RefusedError } from '../runs/refused.error.js';
import { exitCodeOf } from './exit-code.js';
import { LogFile } from '../runs/log-file.js';
import { Report } from './report.js';
import { onInterrupt } from './on-interrupt.js';

/**
 * Runs one task as a command: opens what it needs, takes the lock, records the run, reports, and closes.
 * @returns the exit code
 * @throws RefusedError, StorageError, AlreadyRunningError, DatabaseStartError, or what says that the database is unavailable
 */
export async function runCommand<I extends Item, Change>(
  config: Config,
  command: Command<I, Change>,
): Promise<number> {
  // From before the database opens until it is closed: a signal between would leave the embedded server behind.
  const interrupt = onInterrupt();
  try {
    return await openAndRun(config, command, interrupt.signal);
  } finally {
    interrupt.dispose();
  }
}

async function openAndRun<I extends Item, Change>(
  config: Config,
  command: Command<I, Change>,
  interrupted: AbortSignal,
): Promise<number> {
  const stores = storesOf(config, command.dryRun);
  const makeTask = taskMaker(command, stores);
  const log = await LogFile.open();
  const database = await openDatabase(config);
  const storage = new Storage(config.storage.mode, stores, SILENT_OBSERVER);
  const bucket = config.storage.s3?.bucket;
  const metrics = config.metrics.cloudwatch && bucket ? metricsInto(log, bucket) : undefined;
  try {
    return await run(database, log, makeTask({ pool: database.pool, storage }), command, interrupted);
  } finally {
    await metrics?.stop();
    await Promise.allSettled([log.close(), storage.close(), database.close()]);
  }
}

/** What alarms need of a command goes into its log, which is shipped to CloudWatch like the service's. */
function metricsInto(log: LogFile, bucket: string): EmbeddedMetrics {
  const report = (error: unknown) =>
    process.stderr.write(`Metrics could not be written: ${(error as Error).message}\n`);
  // A command counts what it does; what is owed, and since when, is the service's to report.
  return new EmbeddedMetrics(registry, bucket, (document) => log.writeJson(document), report).start();
}

function storesOf(config: Config, dryRun: boolean): StorageBackends {
  const { local, s3 } = createBackends(config.storage, SILENT_OBSERVER);
  return dryRun ? { local: new DryRunBackend(local), s3: s3 && new DryRunBackend(s3) } : { local, s3 };
}

async function run<I extends Item, Change>(
  database: Database,
  log: LogFile,
  task: Task<I, Change>,
  options: CommandOptions,
  interrupted: AbortSignal,
): Promise<number> {
  const { pool } = database;
  const lock = isExclusive({ task: task.name, dryRun: options.dryRun })
    ? await RunLock.take(pool)
    : undefined;
  try {
    if (lock) await markLostRuns(pool);
    const found = await task.count();
    if (found > 0) await readyUnlessInterrupted(task, interrupted);
    const total = Math.min(found, options.limit ?? found);
    if (options.confirm && !(await options.confirm(total, interrupted))) {
      throw new RefusedError('not_confirmed', 'Nothing was done.');
    }
    const { dryRun, json, recorded } = options;
    const id = await beginRun(pool, { task: task.name, dryRun, options: recorded, total });
    const report = new Report(
      { task: task.name, runId: id, dryRun, json, total, figures: task.figures },
      log,
    );
    const journal = new RunJournal(pool, { id, dryRun }, task, (lines) => report.tell(lines));
    const signal = lock ? AbortSignal.any([interrupted, lock.lost]) : interrupted;
    const { batchSize, limit } = options;
    const ending = options.elsewhere
      ? await options.elsewhere({
          runId: id,
          task,
          database,
          report,
          batchSize,
          limit,
          signal,
        })
      : await runTask(task, journal, {
          ...options,
          signal,
          onRetry: (item, failure, attempt) => report.retry(item, failure, attempt),
        });
    const end: Ending = lock?.lost.aborted
      ? { state: 'failed', reason: 'lost the database connection that keeps other runs out' }
      : ending;
    await endRun(pool, id, end).catch((error: unknown) => {
      // The next run will find it without an end and say so.
      process.stderr.write(`The end of the run could not be recorded: ${(error as Error).message}\n`);
    });
    report.end(end);
    return exitCodeOf(end, report.figures);
  } finally {
    lock?.release();
  }
}

/** What fails after Ctrl-C, such as a question that S3 did not answer, is not why nothing was done. */
async function readyUnlessInterrupted(task: Pick<Task, 'ready'>, signal: AbortSignal): Promise<void> {
  try {
    await task.ready?.();
  } catch (error) {
    if (signal.aborted) throw new RefusedError('interrupted', 'Nothing was done.');
    throw error;
  }
}
