import { ApiModule } from './app.module.js';
import { createHttpApp } from './http/create-app.js';
import { closeHttpApp } from './http/shutdown.js';
import { createLogger } from './logging/logger.js';
import { serveApiDocs } from './operations/api-docs.js';
import { closeOnSignals, configOrExit, startOrExit } from './process.js';

/** Time that requests in flight get when the process is told to stop, milliseconds. */
const FINISH_WITHIN_MS = 10_000;

async function main(): Promise<void> {
  const config = configOrExit();
  const logger = createLogger(config);
  await startOrExit(logger, async () => {
    const app = await createHttpApp(ApiModule.with(config), config, logger);
    serveApiDocs(app);
    closeOnSignals(logger, () => closeHttpApp(app, FINISH_WITHIN_MS));
    await app.listen({ host: config.http.host, port: config.http.port });
    logger.info({ address: await app.getUrl() }, 'listening');
  });
}

void main();
