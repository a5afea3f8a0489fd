import { NestFactory } from '@nestjs/core';
import { WorkerModule } from './app/app.module.js';
import { createLogger } from './logging/logger.js';
import { NestLogger } from './logging/nest-logger.js';
import { DatabaseGauges } from './operations/database-gauges.js';
import { WorkerEndpoint } from './operations/worker-endpoint.js';
import { configOrExit, startOrExit } from './process/start-and-stop.js';
import { reportMetrics } from './app/report-metrics.js';
import { registerJobs, startWorker } from './app/jobs.js';

/** Queue jobs and nothing else: as many of these as the work needs, on any number of machines. */
async function main(): Promise<void> {
  const config = configOrExit();
  const logger = createLogger(config);
  await startOrExit(logger, async () => {
    const app = await NestFactory.createApplicationContext(WorkerModule.with(config), {
      logger: new NestLogger(logger),
      abortOnError: false,
    });
    const gauges = app.get(DatabaseGauges, { strict: false });
    const lastMetrics = reportMetrics(config, logger, () => gauges.refresh());
    const endpoint = app.get(WorkerEndpoint, { strict: false });
    await registerJobs(app);
    await startWorker(app);
    // The only place where a worker says by which flag it issues its batches.
    logger.info({ metrics: await endpoint.open(), storage_mode: config.storage.mode }, 'taking jobs');
    return () => app.close().finally(lastMetrics);
  });
}

void main();
