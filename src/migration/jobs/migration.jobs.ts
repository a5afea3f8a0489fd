import { Inject, Injectable } from '@nestjs/common';
import pg from 'pg';
import { Config } from '../../config/config.js';
import { type Job, type JobContext, JobQueue } from '../../queue/job-queue.js';
import type { StorageBackend } from '../../storage/storage-backend.js';
import type { StorageBackends } from '../../storage/storage-backends.js';
import { STORAGE_BACKENDS } from '../../storage/storage.module.js';
import { linesOf } from '../runs/log-lines.js';
import { LogFile } from '../runs/log-file.js';
import { assertMediaRoot } from '../tasks/media-root.js';
import { BATCH_SIZE } from '../engine/pace.js';
import { runTask } from '../engine/run-task.js';
import { RunJournal } from '../runs/run-journal.js';
import { MigrateTask } from '../tasks/migrate.task.js';
import { type Chunk, Chunks, RENEW_EVERY_MS } from './chunks.js';

export interface MigrateChunk {
  runId: string;
  index: number;
  /** Where the run's operator moves the files to. */
  bucket: string | undefined;
}

/** Migrates the files of one chunk of a run. */
export const MIGRATE_CHUNK: Job<MigrateChunk> = {
  queue: 'migration',
  name: 'migrate-chunk',
  attempts: 6,
  backoffMs: 2_000,
};

/** What a worker does for `migrate:certs -- --queue`. */
@Injectable()
export class MigrationJobs {
  private readonly chunks: Chunks;

  constructor(
    private readonly queue: JobQueue,
    private readonly pool: pg.Pool,
    @Inject(STORAGE_BACKENDS) private readonly stores: StorageBackends,
    private readonly config: Config,
  ) {
    this.chunks = new Chunks(pool);
  }

  /** To be called before the queue's workers start. */
  register(): void {
    this.queue.handle(MIGRATE_CHUNK, (chunk, context) => this.migrate(chunk, context));
  }

  /** A job may be delivered twice, so what counts is the claim. @throws Error to be called again later */
  private async migrate(
    { runId, index, bucket }: MigrateChunk,
    { attempt, signal }: JobContext,
  ): Promise<void> {
    // Before it is claimed, so that another worker can still do what this one can't.
    const { local, s3 } = this.stores;
    const { mediaRoot, s3: own } = this.config.storage;
    if (!s3 || own?.bucket !== bucket)
      throw new Error(
        `AWS_STORAGE_BUCKET_NAME is ${own?.bucket ?? 'not set'} for this worker, but ${bucket} for the command`,
      );
    await assertMediaRoot(mediaRoot);
    const chunk = await this.chunks.claim(runId, index);
    if (chunk === 'over') return;
    if (chunk === 'busy') throw new Error('another worker has this chunk, or had it when it died');
    let reason: string | undefined = 'the chunk was not finished';
    try {
      reason = await this.work(chunk, { local, s3 }, signal);
    } finally {
      const last = attempt >= MIGRATE_CHUNK.attempts && !signal.aborted;
      await this.chunks.release(chunk, reason === undefined ? 'done' : last ? 'failed' : 'waiting');
    }
    if (reason !== undefined) throw new Error(reason);
  }

  /** @returns why it is not finished, or undefined */
  private async work(
    chunk: Chunk,
    stores: { local: StorageBackend; s3: StorageBackend },
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const log = await LogFile.open();
    const stopped = new AbortController();
    const renewal = setInterval(() => {
      this.chunks.renew(chunk).then(
        (running) => running || stopped.abort(),
        () => stopped.abort(),
      );
    }, RENEW_EVERY_MS);
    try {
      const { tournamentId, throughKey: through, runId, concurrency } = chunk;
      const task = new MigrateTask(this.pool, stores, { tournamentId, through });
      const journal = new RunJournal(
        this.pool,
        { id: runId, dryRun: false },
        task,
        (recorded) => log.write(runId, linesOf(recorded, 'migrate', false)),
        (tx, recorded) => this.chunks.count(tx, chunk, recorded),
      );
      const ending = await runTask(task, journal, {
        batchSize: BATCH_SIZE,
        concurrency,
        after: chunk.afterKey,
        signal: AbortSignal.any([signal, stopped.signal]),
      });
      if (ending.state === 'finished') return undefined;
      return ending.state === 'failed' ? ending.reason : 'it was interrupted';
    } finally {
      clearInterval(renewal);
      await log.close();
    }
  }
}
