import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, type GenerateKeyPairResult, generateKeyPair, type JWK, SignJWT } from 'jose';

/** The secret that tests configure as AUTH_JWT_SECRET. */
export const TEST_SECRET = 'a secret only these tests use, long enough';

export interface TestClaims {
  sub?: string | number;
  roles?: unknown;
  iss?: string;
  aud?: string;
  /** Seconds from now; null for a token without end. */
  expiresIn?: number | null;
  /** Seconds from now. */
  notBefore?: number;
}

/** A token as the platform would make it, HS256 by {@link TEST_SECRET}; claims may be wrong on purpose. */
export async function signTestToken(claims: TestClaims = {}, secret = TEST_SECRET): Promise<string> {
  return new SignJWT(payloadOf(claims)).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret));
}

export const expiredToken = (claims: TestClaims = {}) => signTestToken({ ...claims, expiresIn: -3600 });
export const forgedToken = (claims: TestClaims = {}) =>
  signTestToken(claims, 'another secret, just as long as the first');

/** `alg: none`: says all the right things and is signed by nobody. */
export function unsignedToken(claims: TestClaims = {}): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(payloadOf(claims))}.`;
}

function payloadOf({ sub = '1', roles, iss, aud, expiresIn = 3600, notBefore }: TestClaims) {
  const now = Math.floor(Date.now() / 1000);
  return {
    ...(sub === '' ? {} : { sub: sub as string }),
    iat: now,
    ...(roles === undefined ? {} : { roles }),
    ...(iss === undefined ? {} : { iss }),
    ...(aud === undefined ? {} : { aud }),
    ...(expiresIn === null ? {} : { exp: now + expiresIn }),
    ...(notBefore === undefined ? {} : { nbf: now + notBefore }),
  };
}

/** A token issuer with a key set of its own, served over HTTP, whose keys can be rotated and which can be down. */
export class TestIssuer {
  /** What the key set's address answers: the keys, an error, or nothing at all. */
  mode: 'up' | 'error' | 'hangs' = 'up';
  requests = 0;
  private keys: { kid: string; alg: string; privateKey: GenerateKeyPairResult['privateKey']; jwk: JWK }[] =
    [];
  private constructor(private readonly server: Server) {}

  static async start(alg: 'RS256' | 'ES256' = 'RS256'): Promise<TestIssuer> {
    const server = createServer();
    const issuer = new TestIssuer(server);
    server.on('request', (_request, response) => {
      issuer.requests += 1;
      if (issuer.mode === 'hangs') return;
      if (issuer.mode === 'error') response.writeHead(500).end('down');
      else {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ keys: issuer.keys.map(({ jwk }) => jwk) }));
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await issuer.rotate(alg);
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/jwks.json`;
  }

  /** Replaces all keys by a new one. */
  async rotate(alg: 'RS256' | 'ES256' = 'RS256'): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    const kid = `key-${Math.random().toString(36).slice(2)}`;
    const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
    this.keys = [{ kid, alg, privateKey, jwk }];
  }

  async sign(claims: TestClaims = {}): Promise<string> {
    const key = this.keys[0];
    if (!key) throw new Error('the issuer has no key');
    return new SignJWT(payloadOf(claims))
      .setProtectedHeader({ alg: key.alg, kid: key.kid })
      .sign(key.privateKey);
  }

  /** The public key, as an attacker has it. */
  get publicJwk(): JWK {
    const key = this.keys[0];
    if (!key) throw new Error('the issuer has no key');
    return key.jwk;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
