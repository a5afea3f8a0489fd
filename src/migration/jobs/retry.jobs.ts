import { Inject, Injectable } from '@nestjs/common';
import pg from 'pg';
import { Config } from '../../config/config.js';
import { type Job, type JobContext, JobQueue } from '../../queue/job-queue.js';
import type { StorageBackends } from '../../storage/storage-backends.js';
import { STORAGE_BACKENDS } from '../../storage/storage.module.js';
import { linesOf } from '../runs/log-lines.js';
import { LogFile } from '../runs/log-file.js';
import type { Item, Task } from '../engine/task.js';
import { CONCURRENCY } from '../engine/pace.js';
import { RunLock } from '../runs/run-lock.js';
import { runRecorded } from '../runs/run-recorded.js';
import { markLostRuns } from '../runs/runs.js';
import { MigrateTask } from '../tasks/migrate.task.js';
import { RestoreTask } from '../tasks/restore.task.js';

/** Tries for two and a half minutes, as the operations page says, until no other run moves files. */
const RETRY_FAILURES: Job<{ runId: string; task: RetryableTask }> = {
  queue: 'migration',
  name: 'retry-failures',
  attempts: 6,
  backoffMs: 5_000,
};

/**
 * Tasks whose failures can be tried again one by one. Retiring destroys, so it is not begun by a button; a validation
 * compares whole listings, and an import needs its manifest.
 */
const RETRYABLE = ['migrate', 'restore'] as const;
type RetryableTask = (typeof RETRYABLE)[number];

export function isRetryable(task: string): task is RetryableTask {
  return (RETRYABLE as readonly string[]).includes(task);
}

/** Processes again, in a worker, the files that a run of a command could not handle. The retry is a run of its own. */
@Injectable()
export class RetryJobs {
  constructor(
    private readonly queue: JobQueue,
    private readonly pool: pg.Pool,
    @Inject(STORAGE_BACKENDS) private readonly stores: StorageBackends,
    private readonly config: Config,
  ) {}

  /** To be called before the queue's workers start. */
  register(): void {
    this.queue.handle(RETRY_FAILURES, ({ runId, task }, context) => this.retry(runId, task, context));
  }

  /** Hands a run's failures to the workers; asked twice, it is done once. @throws QueueUnavailableError */
  request(runId: string, task: RetryableTask): Promise<void> {
    return this.queue.enqueue(RETRY_FAILURES, { runId, task }, { id: runId });
  }

  /** @throws AlreadyRunningError while another run moves files: the queue calls again */
  private async retry(runId: string, name: RetryableTask, { signal }: JobContext): Promise<void> {
    const { local, s3 } = this.stores;
    if (!s3) throw new Error('this worker has no bucket: set AWS_STORAGE_BUCKET_NAME');
    const log = await LogFile.open();
    try {
      const lock = await RunLock.take(this.pool);
      try {
        await markLostRuns(this.pool);
        const work = <I extends Item, Change>(task: Task<I, Change>) =>
          this.work(task, runId, log, AbortSignal.any([signal, lock.lost]));
        const stores = { local, s3 };
        const failed = { failedIn: runId };
        const { mediaRoot } = this.config.storage;
        await {
          migrate: () => work(new MigrateTask(this.pool, stores, { ...failed, mediaRoot })),
          restore: () => work(new RestoreTask(this.pool, stores, failed)),
        }[name]();
      } finally {
        lock.release();
      }
    } finally {
      await log.close();
    }
  }

  /** A run that ended because of S3 is on record as failed, for the operator to retry; one that was cut short is retried here. */
  private async work<I extends Item, Change>(
    task: Task<I, Change>,
    retryOf: string,
    log: LogFile,
    signal: AbortSignal,
  ): Promise<void> {
    const { ending } = await runRecorded(this.pool, task, {
      recorded: { retryOf },
      concurrency: CONCURRENCY,
      signal,
      told: (id, recorded) => log.write(id, linesOf(recorded, task.name, false)),
    });
    if (ending.state === 'interrupted') throw new Error('the retry was interrupted');
  }
}
