import type { FastifyRequest } from 'fastify';
import rateLimit from '@fastify/rate-limit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '../config/config.js';
import { Problem } from './problem.js';
import { withRouteConfig } from './route-config.js';

export const MINUTE_MS = 60_000;

/** Client addresses remembered per limit; the least recently seen is forgotten first, so memory stays bounded. */
const ADDRESSES = 10_000;

/**
 * Limits a handler's requests per minute and client address (IPv6: per /64 network), as `config.limits` names
 * them. Beyond that: 429 with `Retry-After`.
 */
export function RateLimit(limit: keyof Config['limits']): MethodDecorator {
  return withRouteConfig({
    rateLimit: {
      max: (request: FastifyRequest) => request.server.config.limits[limit],
      timeWindow: MINUTE_MS,
    },
  });
}

/** Must be awaited before the routes exist: the plugin sees only routes that are added after it. */
export async function registerRateLimits(app: NestFastifyApplication): Promise<void> {
  await app.register(rateLimit, {
    global: false,
    cache: ADDRESSES,
    errorResponseBuilder: (_request, { ttl }) => tooManyRequests(ttl),
  });
}

/** @param ttlMs until the client may try again */
export function tooManyRequests(ttlMs: number): Problem {
  const seconds = Math.max(1, Math.ceil(ttlMs / 1000));
  return new Problem(
    429,
    'too_many_requests',
    'Too many requests',
    `This address sent too many requests; try again in ${seconds} seconds.`,
    { retryAfter: seconds },
  );
}
