import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Time in which kept-alive connections learn of the end by an answer, not by a reset, milliseconds. */
const FAREWELL_MS = 1_000;

/** How often connections are closed that fell idle without being told, milliseconds. */
const CLOSE_IDLE_EVERY_MS = 250;

/**
 * Stops the HTTP side first, so that requests in flight still find the database and the queue, then the rest:
 * accepts nothing more, gives what is in flight `deadlineMs`, cuts what is left, closes the modules.
 */
export async function closeHttpApp(app: NestFastifyApplication, deadlineMs: number): Promise<void> {
  const server = app.getHttpServer();
  // Each connection's next answer is its last. Hanging up at once would cross requests that are on their way.
  server.maxRequestsPerSocket = 1;
  await sleep(FAREWELL_MS);
  const idle = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS);
  const cut = setTimeout(() => server.closeAllConnections(), deadlineMs);
  try {
    await app.getHttpAdapter().getInstance().close();
  } finally {
    clearInterval(idle);
    clearTimeout(cut);
    await app.close();
  }
}
