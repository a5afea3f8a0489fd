import { Injectable, Logger } from '@nestjs/common';
import { JobQueue } from '../queue/job-queue.js';
import { ISSUE_BATCH, RESUME_BATCHES, SWEEP_PENDING } from './batches/batch.jobs.js';
import { BatchProcessor } from './batches/batch.processor.js';
import { BatchRepository } from './batches/batch.repository.js';
import { SweepService } from './issuing/sweep.service.js';

/** Says what a worker does for certificates, and how often the recurring part of it runs. */
@Injectable()
export class CertificateJobs {
  private readonly logger = new Logger(CertificateJobs.name);

  constructor(
    private readonly queue: JobQueue,
    private readonly processor: BatchProcessor,
    private readonly batches: BatchRepository,
    private readonly sweeper: SweepService,
  ) {}

  /** To be called before the queue's workers start. */
  async register(): Promise<void> {
    this.queue.handle(ISSUE_BATCH, ({ batchId }, { signal }) => this.processor.process(batchId, signal));
    this.queue.handle(RESUME_BATCHES, () => this.resumeBatches());
    this.queue.handle(SWEEP_PENDING, (_data, { signal }) => this.sweep(signal));
    await this.queue.schedule(RESUME_BATCHES, {}, { everyMs: 60_000 });
    await this.queue.schedule(SWEEP_PENDING, {}, { everyMs: 10 * 60_000 });
  }

  async resumeBatches(): Promise<void> {
    for (const batchId of await this.batches.claimStale()) {
      this.logger.warn(`batch ${batchId} made no progress; queueing it again`);
      await this.queue.enqueue(ISSUE_BATCH, { batchId }, { id: `${batchId}-resumed-${Date.now()}` });
    }
  }

  private async sweep(signal: AbortSignal): Promise<void> {
    const { removed, failed } = await this.sweeper.sweep(undefined, signal);
    if (removed + failed > 0)
      this.logger.log(`sweep: ${removed} unused files removed, ${failed} left for the next one`);
  }
}
