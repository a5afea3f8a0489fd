import { Injectable, Logger } from '@nestjs/common';
import { type Job, JobQueue } from '../../queue/job-queue.js';
import { ErasureService } from './erasure.service.js';
import { CHECKS_PER_DAY, IntegrityService } from './integrity.service.js';
import { OwedCopiesService } from './owed-copies.service.js';

const maintenance = (name: string): Job<Record<string, never>> => ({
  queue: 'maintenance',
  name,
  attempts: 3,
  backoffMs: 5_000,
});
const PAY_OWED_COPIES: Job<Record<string, never>> = {
  ...maintenance('pay-owed-copies'),
  queue: 'owed-copies',
};
const CHECK_INTEGRITY: Job<Record<string, never>> = { ...maintenance('check-integrity'), queue: 'integrity' };
const ERASE = maintenance('erase-deleted');

const DAY_MS = 86_400_000;

/** What happens to certificates after they are issued, without anyone asking. */
@Injectable()
export class LifecycleJobs {
  private readonly logger = new Logger(LifecycleJobs.name);

  constructor(
    private readonly queue: JobQueue,
    private readonly owed: OwedCopiesService,
    private readonly integrity: IntegrityService,
    private readonly erasure: ErasureService,
  ) {}

  /** Hands the owed copies to the workers now, whatever the schedule says. @throws QueueUnavailableError */
  payOwedCopies(): Promise<void> {
    return this.queue.enqueue(PAY_OWED_COPIES, {}, { id: 'asked-for' });
  }

  /** To be called before the queue's workers start. */
  async register(): Promise<void> {
    this.queue.handle(PAY_OWED_COPIES, async (_data, { signal }) => {
      const { paid, failed } = await this.owed.pay(signal);
      if (paid + failed > 0) this.logger.log(`owed S3 copies: ${paid} made, ${failed} still owed`);
    });
    this.queue.handle(CHECK_INTEGRITY, async (_data, { signal }) => {
      const { verified, mismatched, unreadable } = await this.integrity.checkShare(signal);
      this.logger.log(`integrity check: ${verified} right, ${mismatched} wrong, ${unreadable} not readable`);
    });
    this.queue.handle(ERASE, async (_data, { signal }) => {
      const { erased, failed } = await this.erasure.eraseDue(signal);
      if (erased + failed > 0) this.logger.log(`erasure: ${erased} certificates erased, ${failed} failed`);
    });
    await this.queue.schedule(PAY_OWED_COPIES, {}, { everyMs: 15_000 });
    await this.queue.schedule(CHECK_INTEGRITY, {}, { everyMs: DAY_MS / CHECKS_PER_DAY });
    await this.queue.schedule(ERASE, {}, { everyMs: DAY_MS });
  }
}
