import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';

/** A token with an unknown key id makes us ask again, but not more often than this: a rotated key is found in time. */
const ASK_AGAIN_MS = 10_000;
const FRESH_MS = 10 * 60_000;
const GIVE_UP_MS = 5_000;
/** How long known keys are good while their issuer does not answer. */
const STALE_MS = 60 * 60_000;

/** The issuer's keys could not be read; says nothing about the token. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';
}

/**
 * Finds a token's key in the issuer's JSON Web Key Set, which is fetched when first needed, kept, and asked again for
 * key ids not in it. While the issuer does not answer, keys known for less than an hour go on serving.
 * @throws KeysUnavailableError when the set can't be read and the keys known don't settle it
 */
export function remoteKeys(url: string): JWTVerifyGetKey {
  const remote = createRemoteJWKSet(new URL(url), {
    cooldownDuration: ASK_AGAIN_MS,
    cacheMaxAge: FRESH_MS,
    timeoutDuration: GIVE_UP_MS,
  });
  let answeredAt = 0;
  return async (header, token) => {
    try {
      const key = await remote(header, token);
      if (remote.fresh) answeredAt = Date.now();
      return key;
    } catch (error) {
      if (isAboutTheToken(error)) throw error;
      const known = Date.now() - answeredAt < STALE_MS ? remote.jwks() : undefined;
      if (known) {
        try {
          return await createLocalJWKSet(known)(header, token);
        } catch (unknownKey) {
          throw new KeysUnavailableError('the key set could not be read', {
            cause: unknownKey instanceof errors.JWKSNoMatchingKey ? error : unknownKey,
          });
        }
      }
      throw new KeysUnavailableError('the key set could not be read', { cause: error });
    }
  };
}

function isAboutTheToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}
