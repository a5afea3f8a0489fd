import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';

/** Adds to the Fastify config of a handler's route; Nest's own `RouteConfig` forgets what another decorator set. */
export function withRouteConfig(config: Record<string, unknown>): MethodDecorator {
  return (target, key, descriptor) => {
    const earlier = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, descriptor.value as object) as
      | Record<string, unknown>
      | undefined;
    return RouteConfig({ ...earlier, ...config })(target, key, descriptor);
  };
}
