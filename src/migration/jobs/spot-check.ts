import { Inject, Injectable, Logger } from '@nestjs/common';
import pg from 'pg';
import { type Job, JobQueue } from '../../queue/job-queue.js';
import type { StorageBackends } from '../../storage/storage-backends.js';
import { STORAGE_BACKENDS } from '../../storage/storage.module.js';
import { runScheduled } from './run-scheduled.js';
import { ValidateTask } from '../tasks/validate/validate.task.js';

const SPOT_CHECK: Job<Record<string, never>> = {
  queue: 'integrity',
  name: 'spot-check',
  attempts: 3,
  backoffMs: 60_000,
};

/** Mondays at 03:00 UTC. */
const WEEKLY = '0 3 * * 1';

/** The weekly spot check: what `npm run validate:certs` does, by itself, recorded like any other run. */
@Injectable()
export class SpotCheck {
  private readonly logger = new Logger(SpotCheck.name);

  constructor(
    private readonly queue: JobQueue,
    private readonly pool: pg.Pool,
    @Inject(STORAGE_BACKENDS) private readonly backends: StorageBackends,
  ) {}

  /** To be called before the queue's workers start. Without a bucket there is nothing to compare. */
  async register(): Promise<void> {
    if (!this.backends.s3) return;
    this.queue.handle(SPOT_CHECK, (_data, { signal }) => this.run(signal));
    await this.queue.schedule(SPOT_CHECK, {}, { cron: WEEKLY });
  }

  /** @throws Error where the check could not be finished, so that the queue tries again */
  async run(signal: AbortSignal): Promise<void> {
    const { local, s3 } = this.backends;
    if (!s3) return;
    const task = new ValidateTask(this.pool, { local, s3 }, undefined);
    await runScheduled(this.pool, task, { name: 'weekly spot check', logger: this.logger, signal });
  }
}
