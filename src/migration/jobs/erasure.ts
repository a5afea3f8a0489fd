import { Inject, Injectable, Logger } from '@nestjs/common';
import pg from 'pg';
import { type Job, JobQueue } from '../../queue/job-queue.js';
import { Storage } from '../../storage/storage.js';
import type { StorageBackends } from '../../storage/storage-backends.js';
import { STORAGE_BACKENDS } from '../../storage/storage.module.js';
import { runScheduled } from './run-scheduled.js';
import { EraseTask } from '../tasks/erase.task.js';

const ERASE: Job<Record<string, never>> = {
  queue: 'maintenance',
  name: 'erase-deleted',
  attempts: 3,
  backoffMs: 5_000,
};
const DAY_MS = 86_400_000;

/** The daily erasure: what `npm run erase:certs -- --execute` does, by itself, recorded like any other run. */
@Injectable()
export class Erasure {
  private readonly logger = new Logger(Erasure.name);

  constructor(
    private readonly queue: JobQueue,
    private readonly pool: pg.Pool,
    private readonly storage: Storage,
    @Inject(STORAGE_BACKENDS) private readonly backends: StorageBackends,
  ) {}

  /** To be called before the queue's workers start. */
  async register(): Promise<void> {
    this.queue.handle(ERASE, (_data, { signal }) => this.run(signal));
    await this.queue.schedule(ERASE, {}, { everyMs: DAY_MS });
  }

  /** A day on which nothing is due leaves no record. @throws Error where it ended early, so that the queue tries again */
  async run(signal: AbortSignal): Promise<void> {
    const task = new EraseTask(this.pool, this.storage, this.backends);
    if ((await task.count()) === 0) return;
    await runScheduled(this.pool, task, { name: 'daily erasure', logger: this.logger, signal });
  }
}
