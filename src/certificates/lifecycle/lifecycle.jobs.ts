import { Injectable, Logger } from '@nestjs/common';
import { type Job, JobQueue } from '../../queue/job-queue.js';
import { CHECKS_PER_DAY, IntegrityService } from './integrity.service.js';
import { OwedCopiesService } from './owed-copies.service.js';

const TRIES = { attempts: 3, backoffMs: 5_000 };
const PAY_OWED_COPIES: Job<Record<string, never>> = {
  queue: 'owed-copies',
  name: 'pay-owed-copies',
  ...TRIES,
};
const CHECK_INTEGRITY: Job<Record<string, never>> = {
  queue: 'integrity',
  name: 'check-integrity',
  ...TRIES,
};

const DAY_MS = 86_400_000;

/** What happens to certificates after they are issued, without anyone asking. */
@Injectable()
export class LifecycleJobs {
  private readonly logger = new Logger(LifecycleJobs.name);

  constructor(
    private readonly queue: JobQueue,
    private readonly owed: OwedCopiesService,
    private readonly integrity: IntegrityService,
  ) {}

  /** Gives the owed copies to the workers now, whatever the schedule. @throws QueueUnavailableError */
  payOwedCopies(): Promise<void> {
    return this.queue.enqueue(PAY_OWED_COPIES, {}, { id: 'asked-for' });
  }

  /** To be called before the queue's workers start. */
  async register(): Promise<void> {
    this.queue.handle(PAY_OWED_COPIES, async (_data, { signal }) => {
      const { paid, owed } = await this.owed.pay(signal);
      const still = `${owed.more ? 'more than ' : ''}${owed.count}`;
      if (paid + owed.count > 0) this.logger.log(`owed S3 copies: ${paid} made, ${still} still owed`);
    });
    this.queue.handle(CHECK_INTEGRITY, async (_data, { signal }) => {
      const { verified, mismatched, unreadable } = await this.integrity.checkShare(signal);
      this.logger.log(`integrity check: ${verified} right, ${mismatched} wrong, ${unreadable} not readable`);
    });
    await this.queue.schedule(PAY_OWED_COPIES, {}, { everyMs: 15_000 });
    await this.queue.schedule(CHECK_INTEGRITY, {}, { everyMs: DAY_MS / CHECKS_PER_DAY });
  }
}
