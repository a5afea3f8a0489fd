import { ApiModule } from './app/app.module.js';
import { listenOn } from './config/listen-on.js';
import { createHttpApp } from './http/create-app.js';
import { SiteUrl } from './http/site-url.js';
import { closeHttpApp } from './http/shutdown.js';
import { createLogger } from './logging/logger.js';
import { serveApiDocs } from './operations/api-docs.js';
import { DatabaseGauges } from './operations/database-gauges.js';
import { configOrExit, startOrExit } from './process/start-and-stop.js';
import { JobQueue } from './queue/job-queue.js';
import { reportMetrics } from './app/report-metrics.js';
import { registerJobs, startWorker } from './app/jobs.js';
import { translateProblem } from './app/translate-problem.js';

/** Time that requests in flight get when the process is told to stop, milliseconds. */
const FINISH_WITHIN_MS = 10_000;

async function main(): Promise<void> {
  const config = configOrExit();
  const logger = createLogger(config);
  await startOrExit(logger, async () => {
    const app = await createHttpApp(ApiModule.with(config), config, logger, translateProblem);
    serveApiDocs(app);
    const gauges = app.get(DatabaseGauges, { strict: false });
    const lastMetrics = reportMetrics(config, logger, () => gauges.refresh());
    const { host, port } = config.http;
    await listenOn('PORT', { host, port }, (address) => app.listen(address));
    app.get(SiteUrl, { strict: false }).listeningOn(Number(new URL(await app.getUrl()).port));
    await registerJobs(app);
    if (config.worker) await startWorker(app);
    const facts = { queue_jobs: config.worker ? 'here' : 'elsewhere', storage_mode: config.storage.mode };
    logger.info({ address: await app.getUrl(), ...facts }, 'ready');
    return async () => {
      // Before requests are let finish, or jobs would begin on more meanwhile: both have to end within 25 s.
      await app.get(JobQueue, { strict: false }).stopWorkers();
      await closeHttpApp(app, FINISH_WITHIN_MS).finally(lastMetrics);
    };
  });
}

void main();
