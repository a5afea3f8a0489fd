import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from '../logging/logger.js';
import { httpSeconds } from '../metrics/metrics.js';

/** Asked every few seconds by machines; logged at debug level unless they fail. */
const MACHINES = new Set(['/health/live', '/health/ready', '/metrics']);

/**
 * One log line and one measurement per answer. Requests appear by route template: the path itself can hold verification
 * codes, and a query string whatever the caller put there.
 */
export function logAnswers(fastify: FastifyInstance, logger: Logger): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = templateOf(request);
    const status = reply.statusCode;
    httpSeconds.observe(
      { method: request.method, route, status: `${Math.trunc(status / 100)}xx` },
      reply.elapsedTime / 1000,
    );
    const level = status >= 500 ? 'error' : MACHINES.has(route) ? 'debug' : 'info';
    logger[level](
      {
        request_id: request.id,
        method: request.method,
        route,
        status,
        ms: Math.round(reply.elapsedTime * 10) / 10,
      },
      'answered',
    );
    done();
  });
  fastify.addHook('onRequestAbort', (request, done) => {
    logger.info(
      { request_id: request.id, method: request.method, route: templateOf(request) },
      'client left',
    );
    done();
  });
}

/** From a bounded set, whatever strangers request: safe as a metric's label. */
function templateOf(request: FastifyRequest): string {
  return request.is404 ? 'unmatched' : (request.routeOptions.url ?? 'unmatched');
}
