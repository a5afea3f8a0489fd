import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyRequest, LogController } from 'fastify';
import type { Config } from '../config/config.js';
import type { Logger } from '../logging/logger.js';
import { NestLogger } from '../logging/nest-logger.js';
import { logAnswers } from './access-log.js';
import { answerUnroutable } from './framework-problems.js';
import {
  BODY_LIMIT,
  IDLE_SOCKET_MS,
  LATE_REQUESTS_EVERY_MS,
  MOST_CONNECTIONS,
  REQUEST_TIMEOUT_MS,
} from './limits.js';
import { ProblemFilter, type ProblemTranslator } from './problem.filter.js';
import { registerRateLimits } from './rate-limit.js';
import { requestIdOf } from './request-id.js';
import { registerSecurityHeaders } from './security-headers.js';
import { answerUnreadable } from './unreadable-requests.js';
import { ValidationPipe } from './validation.pipe.js';

declare module 'fastify' {
  interface FastifyInstance {
    config: Config;
  }
}

/**
 * The HTTP side of a process, not yet listening: what applies to every route, whichever module it comes from. Paths
 * work with and without a trailing slash.
 */
export async function createHttpApp(
  root: Type | DynamicModule,
  config: Config,
  logger: Logger,
  translate: ProblemTranslator = () => undefined,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIdOf,
    // By number: trusting every hop would take the first address of X-Forwarded-For, which the client writes.
    trustProxy: (_address, hop) => hop < config.http.trustProxy,
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Node looks for late requests this often, and by default every 30 s; it waits for the longer of its two time limits.
    http: { headersTimeout: REQUEST_TIMEOUT_MS, connectionsCheckingInterval: LATE_REQUESTS_EVERY_MS },
    connectionTimeout: IDLE_SOCKET_MS,
    forceCloseConnections: 'idle',
    // Requests during shutdown are answered as usual: all that answers need is closed after the last of them.
    return503OnClosing: false,
    frameworkErrors: answerUnroutable,
    clientErrorHandler: answerUnreadable,
    routerOptions: { ignoreTrailingSlash: true },
  });
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
    // Nest's parsers would take forms too; Fastify's own takes JSON, and plain text, which no call of ours takes.
    bodyParser: false,
  });
  adapter.getInstance().removeContentTypeParser('text/plain');
  adapter.getInstance().decorate('config', config);
  adapter.getInstance().addHook('onRequest', forgetTypeOfNoBody);
  logAnswers(adapter.getInstance(), logger);
  await registerSecurityHeaders(app, config);
  await registerRateLimits(app);
  app.useGlobalPipes(new ValidationPipe());
  app.useGlobalFilters(new ProblemFilter(logger, translate));
  app.getHttpServer().maxConnections = MOST_CONNECTIONS;
  return app;
}

/** Many clients name a body type on every call. Fastify would look for JSON where DELETE has no body. */
function forgetTypeOfNoBody(request: FastifyRequest, _reply: unknown, done: () => void): void {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
  if (request.method === 'DELETE' && length === '0' && !encoding) delete request.headers['content-type'];
  done();
}
