import { createSecretKey, type KeyObject } from 'node:crypto';
import type { JWTVerifyGetKey } from 'jose';
import type { Config } from '../config/config.js';
import { developmentSecret } from './development-secret.js';
import { remoteKeys } from './key-set.js';

/** What tokens are checked with: a shared secret (HS256), the issuer's public keys (RS256, ES256), or both. */
export interface TokenKeys {
  secret: KeyObject | undefined;
  /** Where the secret was made by this service itself: its file. */
  developmentFile: string | undefined;
  remote: JWTVerifyGetKey | undefined;
}

/** Keys as configured; where none are (development only, the configuration sees to it) a secret in the data folder. */
export async function loadTokenKeys(config: Config): Promise<TokenKeys> {
  const { secret, jwksUrl } = config.auth;
  if (secret || jwksUrl) {
    return {
      secret: secret ? createSecretKey(secret, 'utf8') : undefined,
      developmentFile: undefined,
      remote: jwksUrl ? remoteKeys(jwksUrl) : undefined,
    };
  }
  const development = await developmentSecret(config.dataDir);
  return {
    secret: createSecretKey(development.secret, 'utf8'),
    developmentFile: development.path,
    remote: undefined,
  };
}
