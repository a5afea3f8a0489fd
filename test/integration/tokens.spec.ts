import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get, Post } from '@nestjs/common';
import { SignJWT } from 'jose';
import { CurrentPrincipal } from '../../src/auth/current-principal.decorator.js';
import type { Principal } from '../../src/auth/principal.js';
import { Public } from '../../src/auth/public.decorator.js';
import { type HttpTestApp, startHttpApp } from '../kit/http-app.js';
import {
  expiredToken,
  forgedToken,
  signTestToken,
  TEST_SECRET,
  TestIssuer,
  unsignedToken,
} from '../kit/tokens.js';
import { until } from '../kit/until.js';

@Controller('api/tests')
class WhoController {
  @Get('who/')
  who(@CurrentPrincipal() principal: Principal): Principal {
    return principal;
  }

  @Post('who/')
  post(@CurrentPrincipal() principal: Principal): Principal {
    return principal;
  }

  @Public()
  @Get('open/')
  open(): object {
    return { open: true };
  }
}

let server: HttpTestApp;
const start = async (env: NodeJS.ProcessEnv = {}) =>
  (server = await startHttpApp({ controllers: [WhoController] }, env));
afterEach(() => server.close());

async function ask(token?: string, path = '/api/tests/who/', init: RequestInit = {}) {
  const response = await fetch(`${server.url}${path}`, {
    ...init,
    headers: {
      ...(init.headers as object),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

describe('a route under /api/', () => {
  it.each(['/api/tests/who/', '/api/tests/who', '/api/tests/%77ho/'])(
    'demands a token at %s',
    async (path) => {
      await start();
      const { status, headers, body } = await ask(undefined, path);
      expect([status, body['code']]).toEqual([401, 'token_missing']);
      expect(headers.get('www-authenticate')).toBe('Bearer realm="certstore"');
      expect(headers.get('content-type')).toContain('application/problem+json');
    },
  );

  it('demands it for HEAD as for GET', async () => {
    await start();
    const head = (path: string) => fetch(`${server.url}${path}`, { method: 'HEAD' });
    expect((await head('/api/tests/who/')).status).toBe(401);
    expect((await head('/api/tests/open/')).status).toBe(200);
  });

  it('is open where it is marked public, and only there', async () => {
    await start();
    expect((await ask(undefined, '/api/tests/open')).status).toBe(200);
    expect((await ask('nonsense', '/api/tests/open/')).status).toBe(200);
  });

  it('hands the verified principal to its handler', async () => {
    await start();
    const token = await signTestToken({ sub: '42', roles: ['staff', 'other'] });
    expect((await ask(token)).body).toEqual({ userId: '42', staff: true });
    expect((await ask(token)).body).toEqual({ userId: '42', staff: true });
    expect((await ask(await signTestToken({ sub: 7 }))).body).toEqual({ userId: '7', staff: false });
    expect((await ask(await signTestToken({ sub: '7', roles: 'staff' }))).body).toEqual({
      userId: '7',
      staff: false,
    });
    expect((await ask(await signTestToken({ sub: '7', expiresIn: null }))).status).toBe(200);
    expect((await ask(await signTestToken({ sub: '7', expiresIn: -2 }))).status).toBe(200);
  });

  it('takes the scheme in any case and refuses other schemes', async () => {
    await start();
    const token = await signTestToken();
    const scheme = (name: string) =>
      fetch(`${server.url}/api/tests/who/`, { headers: { authorization: `${name} ${token}` } });
    expect((await scheme('bearer')).status).toBe(200);
    expect((await scheme('Basic')).status).toBe(401);
  });

  it('refuses a stranger before it reads the body', async () => {
    await start();
    const answer = await ask(undefined, '/api/tests/who/', {
      method: 'POST',
      body: 'not JSON, which would be a 400',
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(401);
  });
});

describe('a bad token', () => {
  const bad: [string, () => string | Promise<string>, string][] = [
    ['expired', () => expiredToken(), 'token_expired'],
    ['signed with another secret', () => forgedToken({ roles: ['staff'] }), 'token_invalid'],
    ['alg none', () => unsignedToken({ roles: ['staff'] }), 'token_invalid'],
    ['without sub', () => signTestToken({ sub: '' }), 'token_invalid'],
    ['not valid yet', () => signTestToken({ notBefore: 600 }), 'token_invalid'],
    ['no token at all', () => 'abc', 'token_invalid'],
    ['three empty parts', () => '..', 'token_invalid'],
    [
      'another algorithm with the same secret',
      () =>
        new SignJWT({ sub: '1' })
          .setProtectedHeader({ alg: 'HS512' })
          .sign(Buffer.from(TEST_SECRET.repeat(2))),
      'token_invalid',
    ],
    [
      'a good token with one letter changed',
      async () => {
        const [head, , signature] = (await signTestToken()).split('.');
        const payload = Buffer.from(JSON.stringify({ sub: '1', roles: ['staff'] })).toString('base64url');
        return `${head}.${payload}.${signature}`;
      },
      'token_invalid',
    ],
  ];
  it.each(bad)('%s: 401', async (_name, make, code) => {
    await start();
    const { status, headers, body } = await ask(await make());
    expect([status, body['code']]).toEqual([401, code]);
    expect(headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('is refused for a wrong issuer or audience where they are configured', async () => {
    await start({ AUTH_JWT_ISSUER: 'https://issuer.test', AUTH_JWT_AUDIENCE: 'certstore' });
    const good = { iss: 'https://issuer.test', aud: 'certstore' };
    expect((await ask(await signTestToken(good))).status).toBe(200);
    expect((await ask(await signTestToken({ ...good, iss: 'https://other.test' }))).status).toBe(401);
    expect((await ask(await signTestToken({ ...good, aud: 'shop' }))).status).toBe(401);
    expect((await ask(await signTestToken({ iss: good.iss }))).status).toBe(401);
  });

  it('never appears in the log', async () => {
    await start();
    const tokens = [await forgedToken(), unsignedToken(), await signTestToken()];
    for (const token of tokens) await ask(token);
    await until(() => server.lines.filter(({ msg }) => msg === 'answered').length === tokens.length);
    for (const token of tokens) expect(server.logged()).not.toContain(token.slice(0, 60));
    expect(server.logged()).not.toContain('eyJ');
  });

  it('is answered 429 after too many from one address, while a good one still passes', async () => {
    await start({ TOKEN_FAILURE_RATE_PER_MINUTE: '3' });
    for (let i = 0; i < 3; i++) expect((await ask(await forgedToken({ sub: `${i}` }))).status).toBe(401);
    const { status, headers, body } = await ask(await forgedToken());
    expect([status, body['code']]).toEqual([429, 'too_many_requests']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ask(await signTestToken())).status).toBe(200);
    expect((await ask()).status).toBe(401);
  });

  it('stops being good when it expires, also once it was seen good', async () => {
    await start();
    const token = await signTestToken({ expiresIn: -3 });
    expect((await ask(token)).status).toBe(200);
    let answer = await ask(token);
    for (; answer.status === 200; answer = await ask(token)) await sleep(50);
    expect(answer.body['code']).toBe('token_expired');
  });
});

describe('with a key set', () => {
  let issuer: TestIssuer;
  afterEach(() => issuer.stop());
  const startWith = async (alg: 'RS256' | 'ES256', env: NodeJS.ProcessEnv = {}) => {
    issuer = await TestIssuer.start(alg);
    return start({ AUTH_JWT_SECRET: '', AUTH_JWKS_URL: issuer.url, ...env });
  };

  it.each(['RS256', 'ES256'] as const)('takes %s tokens and fetches the keys once', async (alg) => {
    await startWith(alg);
    expect((await ask(await issuer.sign({ sub: '9' }))).body).toEqual({ userId: '9', staff: false });
    expect((await ask(await issuer.sign({ sub: '10' }))).status).toBe(200);
    expect(issuer.requests).toBe(1);
  });

  it('refuses HS256, also when signed with the public key', async () => {
    await startWith('RS256');
    const confused = await new SignJWT({ sub: '1', roles: ['staff'] })
      .setProtectedHeader({ alg: 'HS256', kid: issuer.publicJwk.kid ?? '' })
      .sign(Buffer.from(JSON.stringify(issuer.publicJwk)));
    expect((await ask(confused)).body['code']).toBe('token_invalid');
    expect((await ask(await signTestToken())).body['code']).toBe('token_invalid');
    expect((await ask(unsignedToken())).body['code']).toBe('token_invalid');
  });

  it('keeps the secret and the key set apart where both are configured', async () => {
    await startWith('RS256', { AUTH_JWT_SECRET: TEST_SECRET });
    expect((await ask(await signTestToken())).status).toBe(200);
    expect((await ask(await issuer.sign())).status).toBe(200);
    expect((await ask(await forgedToken())).status).toBe(401);
  });

  it('finds a rotated key', async () => {
    await startWith('RS256');
    const now = Date.now;
    try {
      expect((await ask(await issuer.sign())).status).toBe(200);
      await issuer.rotate();
      const token = await issuer.sign();
      expect((await ask(token)).status).toBe(401);
      Date.now = () => now() + 11_000;
      expect((await ask(token)).status).toBe(200);
    } finally {
      Date.now = now;
    }
  });

  it('answers 503 while the keys can not be read, and recovers', async () => {
    await startWith('RS256');
    issuer.mode = 'error';
    const token = await issuer.sign();
    const { status, headers, body } = await ask(token);
    expect([status, body['code']]).toEqual([503, 'auth_unavailable']);
    expect(headers.get('retry-after')).toBe('30');
    issuer.mode = 'up';
    expect((await ask(token)).status).toBe(200);
  });

  it('goes on with known keys for an hour while the issuer is down', async () => {
    await startWith('RS256');
    const now = Date.now;
    try {
      expect((await ask(await issuer.sign({ expiresIn: 86_400 }))).status).toBe(200);
      issuer.mode = 'error';
      Date.now = () => now() + 30 * 60_000;
      expect((await ask(await issuer.sign({ sub: '5', expiresIn: 86_400 }))).status).toBe(200);
      Date.now = () => now() + 2 * 3_600_000;
      expect((await ask(await issuer.sign({ sub: '6', expiresIn: 86_400 }))).status).toBe(503);
    } finally {
      Date.now = now;
    }
  });
});
