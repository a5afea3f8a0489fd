import type pg from 'pg';
import type { Config } from '../../config/config.js';
import { type Database, openDatabase } from '../../database/database.js';
import { DryRunBackend } from '../../storage/decorators/dry-run-backend.js';
import { EmbeddedMetrics } from '../../metrics/embedded-metrics.js';
import { registry } from '../../metrics/metrics.js';
import { createBackends, type StorageBackends } from '../../storage/storage-backends.js';
import { Storage } from '../../storage/storage.js';
import type { StorageBackend } from '../../storage/storage-backend.js';
import { SILENT_OBSERVER } from '../../storage/storage-observer.js';
import { type Ending, runTask } from '../engine/run-task.js';
import type { Item, Task, TaskName } from '../engine/task.js';
import { RunJournal } from '../runs/run-journal.js';
import { RunLock } from '../runs/run-lock.js';
import type { QueuedRun } from './follow-queue.js';
import { beginRun, endRun, isExclusive, markLostRuns } from '../runs/runs.js';
import { RefusedError } from '../runs/refused.error.js';
import { exitCodeOf } from './exit-code.js';
import { LogFile } from '../runs/log-file.js';
import { Report } from './report.js';
import { onInterrupt } from './on-interrupt.js';

export interface CommandOptions {
  json: boolean;
  dryRun: boolean;
  batchSize: number;
  concurrency: number;
  limit?: number | undefined;
  /** False for a command that places files as the storage mode says: it may not need S3. */
  needsBucket?: boolean;
  /** Called if there are files: throws RefusedError or StorageError if none of them could be done. */
  ready?: (parts: Parts) => Promise<void>;
  /** Called before anything is done, with the number of files; false ends the command. */
  confirm?: (files: number, signal: AbortSignal) => Promise<boolean>;
  /** Does the work outside this process. */
  elsewhere?: (run: QueuedRun) => Promise<Ending>;
}

/** What tasks are built from. In a dry run the stores ignore writes. */
export interface Parts {
  pool: pg.Pool;
  local: StorageBackend;
  s3: StorageBackend;
  /** Places new files as the storage mode says. */
  storage: Storage;
}

/**
 * Runs one task as a command: opens what it needs, takes the lock, records the run, reports, and closes.
 * @param recorded options to record with the run; numbers and flags only
 * @returns the exit code
 * @throws RefusedError, StorageError, AlreadyRunningError, DatabaseStartError, or what says that the database is unavailable
 */
export async function runCommand<I extends Item, Change>(
  config: Config,
  name: TaskName,
  options: CommandOptions,
  recorded: Record<string, unknown>,
  makeTask: (parts: Parts) => Task<I, Change>,
): Promise<number> {
  const bucket = config.storage.s3?.bucket;
  if (bucket === undefined && options.needsBucket !== false) {
    throw new RefusedError('no_bucket', `${name}:certs needs a bucket: set AWS_STORAGE_BUCKET_NAME`);
  }
  const log = await LogFile.open();
  const database = await openDatabase(config);
  const stores = storesOf(config, options.dryRun);
  const storage = new Storage(config.storage.mode, stores, SILENT_OBSERVER);
  const metrics = config.metrics.cloudwatch && bucket ? metricsInto(log, bucket) : undefined;
  try {
    // Without a bucket, a task that does not need one has none.
    const parts = { pool: database.pool, local: stores.local, s3: stores.s3 as StorageBackend, storage };
    const ready = () => options.ready?.(parts);
    return await run(database, makeTask(parts), log, { ...options, ready }, recorded);
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
  task: Task<I, Change>,
  log: LogFile,
  options: Omit<CommandOptions, 'ready'> & { ready: () => Promise<void> | undefined },
  recorded: Record<string, unknown>,
): Promise<number> {
  const { pool } = database;
  const lock = isExclusive({ task: task.name, dryRun: options.dryRun })
    ? await RunLock.take(pool)
    : undefined;
  const interrupt = onInterrupt();
  try {
    if (lock) await markLostRuns(pool);
    const found = await task.count();
    if (found > 0) await options.ready();
    const total = Math.min(found, options.limit ?? found);
    if (options.confirm && !(await options.confirm(total, interrupt.signal))) {
      throw new RefusedError('not_confirmed', 'Nothing was done.');
    }
    const { dryRun, json } = options;
    const id = await beginRun(pool, { task: task.name, dryRun, options: recorded, total });
    const report = new Report(
      { task: task.name, runId: id, dryRun, json, total, figures: task.figures },
      log,
    );
    const journal = new RunJournal(pool, { id, dryRun }, task, (lines) => report.tell(lines));
    const signal = lock ? AbortSignal.any([interrupt.signal, lock.lost]) : interrupt.signal;
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
    interrupt.dispose();
    lock?.release();
  }
}
