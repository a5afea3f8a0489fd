import type { Job } from '../../queue/job-queue.js';

/** Issues the pending items of one batch. */
export const ISSUE_BATCH: Job<{ batchId: string }> = {
  queue: 'batches',
  name: 'issue-batch',
  attempts: 5,
  backoffMs: 2_000,
};

/** Queues batches again whose job was lost or gave up during an outage. */
export const RESUME_BATCHES: Job<Record<string, never>> = {
  queue: 'maintenance',
  name: 'resume-batches',
  attempts: 3,
  backoffMs: 1_000,
};

/** Clears files that a crash left without a certificate. */
export const SWEEP_PENDING: Job<Record<string, never>> = {
  queue: 'maintenance',
  name: 'sweep-pending',
  attempts: 3,
  backoffMs: 1_000,
};
