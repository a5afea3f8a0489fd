import { SignJWT } from 'jose';
import type { Config } from '../config/config.js';
import { loadTokenKeys } from './token-keys.js';

/** This service holds no key that signs: tokens come from the issuer behind AUTH_JWKS_URL. */
export class NoSigningKeyError extends Error {
  override readonly name = 'NoSigningKeyError';
}

/**
 * A token signed with the configured or the development secret.
 * @param expiresIn such as `1h`, `30 days`, or undefined for a token without end
 * @throws NoSigningKeyError where only AUTH_JWKS_URL is set
 */
export async function signToken(
  config: Config,
  claims: { sub: string; roles: string[] },
  expiresIn: string | undefined,
): Promise<string> {
  const { secret } = await loadTokenKeys(config);
  if (!secret) throw new NoSigningKeyError('AUTH_JWKS_URL is set: ask its issuer for tokens');
  const token = new SignJWT({ roles: claims.roles }).setProtectedHeader({ alg: 'HS256', typ: 'JWT' });
  token.setSubject(claims.sub).setIssuedAt();
  if (config.auth.issuer) token.setIssuer(config.auth.issuer);
  if (config.auth.audience) token.setAudience(config.auth.audience);
  if (expiresIn !== undefined) token.setExpirationTime(expiresIn);
  return token.sign(secret);
}
