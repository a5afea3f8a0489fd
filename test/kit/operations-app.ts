import { translateProblem } from '../../src/app/translate-problem.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { RetryJobs } from '../../src/migration/jobs/retry.jobs.js';
import { OperationsModule } from '../../src/operations/operations.module.js';
import { JobQueue } from '../../src/queue/job-queue.js';
import { QueueModule } from '../../src/queue/queue.module.js';
import { StorageModule } from '../../src/storage/storage.module.js';
import { SILENT_OBSERVER } from '../../src/storage/storage-observer.js';
import { type HttpTestApp, startHttpApp } from './http-app.js';

/** The operations page over the database and bucket that `env` names. S3's credentials are found in this process's environment. */
export async function startOperationsApp(env: NodeJS.ProcessEnv): Promise<HttpTestApp> {
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])
    if (env[name] !== undefined) process.env[name] = env[name];
  const imports = [DatabaseModule, QueueModule, StorageModule.with(SILENT_OBSERVER), OperationsModule];
  return startHttpApp({ imports }, env, translateProblem);
}

/** Lets a page's app work on its retries, too. */
export async function startRetries({ app }: HttpTestApp): Promise<void> {
  app.get(RetryJobs, { strict: false }).register();
  await app.get(JobQueue, { strict: false }).startWorkers();
}
