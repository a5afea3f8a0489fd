import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../config/config.js';
import { Problem } from '../http/problem.js';
import { MINUTE_MS, tooManyRequests } from '../http/rate-limit.js';
import type { Principal } from './principal.js';
import type { TokenVerifier } from './token-verifier.js';

/**
 * Verifies tokens as {@link TokenVerifier} does, but who sends bad ones again and again is answered 429 after
 * `limits.tokenFailuresPerMinute`; a good token passes even then, for behind one address there may be many people.
 */
export function limitedVerify(
  fastify: FastifyInstance,
  verifier: TokenVerifier,
  config: Config,
): (request: FastifyRequest, token: string) => Promise<Principal> {
  const failures = fastify.createRateLimit({
    max: config.limits.tokenFailuresPerMinute,
    timeWindow: MINUTE_MS,
  });
  return async (request, token) => {
    try {
      return await verifier.verify(token);
    } catch (error) {
      if (!(error instanceof Problem && error.status === 401)) throw error;
      const count = await failures(request);
      if (!count.isAllowed && count.isExceeded) throw tooManyRequests(count.ttl);
      throw error;
    }
  };
}
