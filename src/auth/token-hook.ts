import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/config.js';
import { Problem } from '../http/problem.js';
import { MINUTE_MS, tooManyRequests } from '../http/rate-limit.js';
import type { Principal } from './principal.js';
import { tokenMissing } from './token-problems.js';
import type { TokenVerifier } from './token-verifier.js';

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
  }
}

/** The API's documentation, which no handler of ours serves. */
const DOCUMENTATION = /^\/api\/(?:docs(?:\/|$)|openapi\.json$)/;

/**
 * Demands a token on every route under /api/ that is not marked public, before the body is read. Who sends bad tokens
 * again and again is answered 429 after `limits.tokenFailuresPerMinute`; a good token passes even then, for behind one
 * address there may be many people.
 */
export function demandTokens(fastify: FastifyInstance, verifier: TokenVerifier, config: Config): void {
  const failures = fastify.createRateLimit({
    max: config.limits.tokenFailuresPerMinute,
    timeWindow: MINUTE_MS,
  });
  fastify.decorateRequest('principal', null);
  fastify.addHook('onRequest', async (request) => {
    const route = request.routeOptions.url;
    if (request.is404 || !route?.startsWith('/api/')) return;
    if (request.routeOptions.config.public || DOCUMENTATION.test(route)) return;

    const token = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    if (!token) throw tokenMissing();
    try {
      request.principal = await verifier.verify(token);
    } catch (error) {
      if (!(error instanceof Problem && error.status === 401)) throw error;
      const count = await failures(request);
      if (!count.isAllowed && count.isExceeded) throw tooManyRequests(count.ttl);
      throw error;
    }
  });
}
