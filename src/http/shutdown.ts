import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/**
 * Stops the HTTP side first, so that requests in flight still find the database and the queue, then all the rest:
 * accepts nothing more, gives what is in flight `deadlineMs`, cuts what is left, closes the modules.
 */
export async function closeHttpApp(app: NestFastifyApplication, deadlineMs: number): Promise<void> {
  const server = app.getHttpServer();
  const cut = setTimeout(() => server.closeAllConnections(), deadlineMs);
  try {
    await app.getHttpAdapter().getInstance().close();
  } finally {
    clearTimeout(cut);
    await app.close();
  }
}
