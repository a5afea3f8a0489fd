import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/config.js';
import { limitedVerify } from './limited-verify.js';
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

/** Demands a token on every route under /api/ that is not marked public, before the body is read. */
export function demandTokens(fastify: FastifyInstance, verifier: TokenVerifier, config: Config): void {
  const verify = limitedVerify(fastify, verifier, config);
  fastify.decorateRequest('principal', null);
  fastify.addHook('onRequest', async (request) => {
    const route = request.routeOptions.url;
    if (request.is404 || !route?.startsWith('/api/')) return;
    if (request.routeOptions.config.public || DOCUMENTATION.test(route)) return;
    const token = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    if (!token) throw tokenMissing();
    request.principal = await verify(request, token);
  });
}
