import { createHash } from 'node:crypto';
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Config } from '../config/config.js';
import { KeysUnavailableError } from './key-set.js';
import type { Principal } from './principal.js';
import type { TokenKeys } from './token-keys.js';
import { keysUnavailable, tokenExpired, tokenInvalid } from './token-problems.js';

/** Seconds by which the issuer's clock and ours may differ. */
const LEEWAY = 5;
/** A token found good is taken for good this long without checking its signature again, never past its expiry. */
const REMEMBER_MS = 60_000;
const REMEMBERED_TOKENS = 10_000;

interface Remembered {
  principal: Principal;
  /** Milliseconds since the epoch. */
  until: number;
}

/** Tells who a token speaks for. */
export class TokenVerifier {
  private readonly good = new LRUCache<string, Remembered>({ max: REMEMBERED_TOKENS });
  private readonly algorithms: string[];

  constructor(
    private readonly keys: TokenKeys,
    private readonly expected: Pick<Config['auth'], 'issuer' | 'audience'>,
  ) {
    this.algorithms = [...(keys.secret ? ['HS256'] : []), ...(keys.remote ? ['RS256', 'ES256'] : [])];
  }

  /** @throws Problem 401 `token_expired` or `token_invalid`; 503 `auth_unavailable` where the keys can't be read */
  async verify(token: string): Promise<Principal> {
    // Kept by hash, so that a heap dump holds no tokens.
    const name = createHash('sha256').update(token).digest('base64');
    const known = this.good.get(name);
    if (known && Date.now() < known.until) return known.principal;

    const payload = await this.check(token);
    const principal = principalOf(payload);
    const expiry = payload.exp === undefined ? Infinity : (payload.exp + LEEWAY) * 1000;
    this.good.set(name, { principal, until: Math.min(expiry, Date.now() + REMEMBER_MS) });
    return principal;
  }

  private async check(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, this.keyFor, {
        algorithms: this.algorithms,
        clockTolerance: LEEWAY,
        ...(this.expected.issuer === undefined ? {} : { issuer: this.expected.issuer }),
        ...(this.expected.audience === undefined ? {} : { audience: this.expected.audience }),
      });
      return payload;
    } catch (error) {
      if (error instanceof KeysUnavailableError) throw keysUnavailable(error);
      if (error instanceof errors.JWTExpired) throw tokenExpired(error);
      if (error instanceof errors.JOSEError) throw tokenInvalid(reasonOf(error, this.algorithms), error);
      throw error;
    }
  }

  /** The secret signs HS256 and nothing else, the key set everything else: no key ever serves another's algorithm. */
  private readonly keyFor: JWTVerifyGetKey = async (header, token) => {
    if (header.alg === 'HS256' && this.keys.secret) return this.keys.secret;
    if (this.keys.remote) return this.keys.remote(header, token);
    throw new errors.JOSEAlgNotAllowed('no key for this algorithm');
  };
}

function principalOf(payload: JWTPayload): Principal {
  const sub: unknown = payload.sub;
  // RFC 7519 wants a string, but issuers with numeric user ids often send the number.
  const userId = typeof sub === 'number' && Number.isSafeInteger(sub) ? String(sub) : sub;
  if (typeof userId !== 'string' || userId === '') throw tokenInvalid('it has no "sub" claim');
  const roles: unknown = payload['roles'];
  return { userId, staff: Array.isArray(roles) && roles.includes('staff') };
}

function reasonOf(error: errors.JOSEError, algorithms: string[]): string {
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.claim === 'nbf'
      ? 'it is not valid yet ("nbf")'
      : `its "${error.claim}" claim is missing or not the one expected here`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return `it must be signed with ${algorithms.join(' or ')}`;
  }
  if (error instanceof errors.JWKSNoMatchingKey) return 'its issuer has no key with this "kid"';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature does not match';
  return 'it is not a signed JSON Web Token';
}
