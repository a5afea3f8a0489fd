import { applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { withRouteConfig } from '../http/route-config.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers without a token. */
    public?: boolean;
  }
}

/** Name of the OpenAPI extension that marks calls which take no token; taken out again before anyone sees it. */
export const PUBLIC_EXTENSION = 'x-public';

/** Lets anyone call this handler. Every other one under /api/ demands a token. */
export function Public(): MethodDecorator {
  return applyDecorators(withRouteConfig({ public: true }), ApiExtension(PUBLIC_EXTENSION, true));
}
