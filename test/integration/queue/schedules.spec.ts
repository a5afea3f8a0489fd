import { NestFactory } from '@nestjs/core';
import { WorkerModule } from '../../../src/app/app.module.js';
import { loadConfig } from '../../../src/config/config.js';
import type { BullJobQueue } from '../../../src/queue/bull-job-queue.js';
import { JobQueue } from '../../../src/queue/job-queue.js';
import { registerJobs } from '../../../src/app/jobs.js';
import { services, temporaryFolder } from '../../services/index.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

it('a process that starts schedules all that happens without anyone asking', async () => {
  const config = loadConfig({
    DATABASE_URL: await services.postgres(),
    DATA_DIR: temporaryFolder(),
    AWS_STORAGE_BUCKET_NAME: 'nobody-asks-for-it-yet',
  });
  const app = await NestFactory.createApplicationContext(WorkerModule.with(config), { logger: false });
  await registerJobs(app);
  const when: Record<string, unknown> = {};
  for (const queue of app.get<BullJobQueue>(JobQueue, { strict: false }).bullQueues()) {
    for (const { name, pattern, every } of await queue.getJobSchedulers())
      when[name] = pattern ?? Number(every);
  }
  expect(when).toEqual({
    'pay-owed-copies': 15 * SECOND,
    'resume-batches': MINUTE,
    'sweep-pending': 10 * MINUTE,
    'check-integrity': HOUR,
    'erase-deleted': 24 * HOUR,
    'spot-check': '0 3 * * 1',
  });
  await app.close();
});
