import { type Job as BullJob, type JobsOptions, WaitingError } from 'bullmq';
import type { Job } from './job-queue.js';

/** A job's options for BullMQ. */
export function optionsOf(job: Job<object>): JobsOptions {
  return {
    attempts: job.attempts,
    backoff: { type: 'exponential', delay: job.backoffMs },
    // not `true`: that removes a job before the one scheduled after it is added
    removeOnComplete: { count: 0 },
    removeOnFail: { age: 30 * 86_400, count: 10_000 },
    stackTraceLimit: 10,
  };
}

/** BullMQ refuses ids that are whole numbers or contain a colon; after the job's name, any id is valid. */
export function jobId(job: Job<object>, id: string): string {
  if (!/^[\w-]+$/.test(id))
    throw new TypeError(`job id ${JSON.stringify(id)}: takes letters, digits, - and _`);
  return `${job.name}-${id}`;
}

/** Back to waiting, its tries untouched. */
export async function putBack(job: BullJob, token: string | undefined): Promise<never> {
  await job.moveToWait(token);
  throw new WaitingError();
}
