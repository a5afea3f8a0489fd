import type { INestApplicationContext } from '@nestjs/common';
import { CertificateJobs } from '../certificates/certificate.jobs.js';
import { LifecycleJobs } from '../certificates/lifecycle/lifecycle.jobs.js';
import { Erasure } from '../migration/jobs/erasure.js';
import { MigrationJobs } from '../migration/jobs/migration.jobs.js';
import { RetryJobs } from '../migration/jobs/retry.jobs.js';
import { SpotCheck } from '../migration/jobs/spot-check.js';
import { JobQueue } from '../queue/job-queue.js';

/** Names the jobs there are and schedules the recurring ones. The API does so too: it then sees every queue's depth. */
export async function registerJobs(app: INestApplicationContext): Promise<void> {
  await app.get(CertificateJobs, { strict: false }).register();
  await app.get(LifecycleJobs, { strict: false }).register();
  app.get(MigrationJobs, { strict: false }).register();
  app.get(RetryJobs, { strict: false }).register();
  await app.get(Erasure, { strict: false }).register();
  await app.get(SpotCheck, { strict: false }).register();
}

/** Makes this process take jobs from the queue. */
export async function startWorker(app: INestApplicationContext): Promise<void> {
  await app.get(JobQueue, { strict: false }).startWorkers();
}
