import type { INestApplicationContext } from '@nestjs/common';
import { CertificateJobs } from './certificates/certificate.jobs.js';
import { LifecycleJobs } from './certificates/lifecycle/lifecycle.jobs.js';
import { JobQueue } from './queue/job-queue.js';

/** Makes this process take jobs from the queue, and sees to the recurring ones. */
export async function startWorker(app: INestApplicationContext): Promise<void> {
  await app.get(CertificateJobs, { strict: false }).register();
  await app.get(LifecycleJobs, { strict: false }).register();
  await app.get(JobQueue, { strict: false }).startWorkers();
}
