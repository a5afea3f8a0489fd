import { types } from 'node:util';

/**
 * Jest runs tests in a realm of their own, where an error that Node itself made is no `instanceof Error`, and the SDK
 * then strips it of its code (jestjs/jest#2549). Importing this file makes such errors what they are in the service.
 */
Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, value: unknown): boolean {
    const ordinary = Function.prototype[Symbol.hasInstance] as (this: unknown, value: unknown) => boolean;
    return ordinary.call(this, value) || (this === Error && types.isNativeError(value));
  },
});
