import { once } from 'node:events';
import { connect } from 'node:net';
import { Body, Controller, Delete, Get, Logger, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Public } from '../../src/auth/public.decorator.js';
import { Problem } from '../../src/http/problem.js';
import { RateLimit } from '../../src/http/rate-limit.js';
import { type HttpTestApp, startHttpApp } from '../kit/http-app.js';
import { until } from '../kit/until.js';

class LostDatabaseError extends Error {}

const resultSchema = z.strictObject({
  display_name: z.string().min(1).max(200),
  placement: z.number().int().min(1).optional(),
});

@Controller('api/tests')
class TestController {
  @Public()
  @Post('things/')
  create(@Body({ schema: z.strictObject({ results: z.array(resultSchema) }) }) body: object): object {
    return body;
  }

  @Public()
  @Get('things/:id/')
  read(
    @Param('id', { schema: z.uuid() }) id: string,
    @Query({ schema: z.strictObject({ format: z.enum(['pdf', 'png']).default('pdf') }) }) query: object,
  ): object {
    return { id, ...query };
  }

  @Public()
  @Delete('things/:id/')
  remove(): object {
    return {};
  }

  @Public()
  @Get('fails/:how/')
  fail(@Param('how') how: string, @Res({ passthrough: true }) reply: FastifyReply): string {
    if (how === 'bug') throw new Error('Ada Lovelace was not found at https://b/k?X-Amz-Signature=abc123');
    if (how === 'lost') throw new LostDatabaseError('connection refused');
    if (how === 'log') {
      new Logger('Test').warn({
        msg: 'told',
        display_name: 'Ada Lovelace',
        nested: { token: 'eyJhbGciOi.x.y' },
      });
      return 'logged';
    }
    reply.header('content-disposition', 'attachment').header('etag', '"x"');
    throw new Problem(410, 'revoked', 'Revoked', 'It was revoked: a mistake.', {
      extensions: { reason: 'x' },
    });
  }

  @Public()
  @RateLimit('verifyPerMinute')
  @Get('limited/')
  limited(): object {
    return {};
  }
}

let server: HttpTestApp;
beforeAll(async () => {
  server = await startHttpApp({ controllers: [TestController] }, { VERIFY_RATE_PER_MINUTE: '3' }, (error) =>
    error instanceof LostDatabaseError
      ? new Problem(503, 'database_unavailable', 'Away', 'Try again.', { retryAfter: 5, cause: error })
      : undefined,
  );
});
afterAll(() => server.close());

async function ask(path: string, init: RequestInit = {}) {
  const response = await fetch(`${server.url}${path}`, init);
  const text = await response.text();
  const json = () => JSON.parse(text) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, text, json };
}
const post = (body: string, type = 'application/json') =>
  ask('/api/tests/things/', { method: 'POST', body, headers: { 'content-type': type } });
/** Sends these bytes, and only then looks at the answer, as simple clients do. */
async function say(...pieces: string[]): Promise<{ head: string; json: Record<string, unknown> }> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  for (const piece of pieces) if (!socket.write(piece)) await once(socket, 'drain');
  let text = '';
  for await (const chunk of socket) {
    text += String(chunk);
    if (text.endsWith('}')) break;
  }
  const [head = '', body = ''] = text.split('\r\n\r\n');
  return { head, json: JSON.parse(body) as Record<string, unknown> };
}
const lineOf = (requestId: string | null) =>
  until(() => server.lines.find((entry) => entry['request_id'] === requestId));
const ID = '0b6f9a3e-5d0f-4a47-9a60-8a3a1c0d9f11';

describe('bad input', () => {
  it('is a 422 that names every field and repeats no value', async () => {
    const { status, headers, json, text } = await post(
      JSON.stringify({
        results: [
          { display_name: 'Ada', placement: 1.5 },
          { display_name: 'Grace', nick: 'G' },
        ],
      }),
    );
    expect(status).toBe(422);
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(json()).toMatchObject({
      type: 'urn:certstore:problem:validation_failed',
      status: 422,
      code: 'validation_failed',
      errors: [
        { field: 'results.0.placement', message: 'must be a whole number' },
        { field: 'results.1.nick', message: 'unknown; leave it out' },
      ],
    });
    expect(text).not.toContain('Ada');
  });

  it.each([
    ['{}', 'results: must be a list.'],
    ['[]', 'body: must be an object.'],
    ['{"results": [{"display_name": null}]}', 'results.0.display_name: must be a string.'],
  ])('of another type or missing, as in %s, says what it takes', async (body, detail) => {
    expect((await post(body)).json()['detail']).toBe(detail);
  });

  it('lists at most 50 of many errors and says how many there are', async () => {
    const { json } = await post(JSON.stringify({ results: Array.from({ length: 900 }, () => ({})) }));
    expect(json()['errors']).toHaveLength(50);
    expect(json()['errors_in_all']).toBe(900);
  });

  it.each([
    ['no JSON', '{"results": [', 'application/json', 400, 'malformed_json'],
    ['no body', '', 'application/json', 400, 'malformed_json'],
    ['prototype poisoning', '{"__proto__": {"x": 1}}', 'application/json', 400, 'malformed_json'],
    ['a form', 'results=1', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
    ['plain text', '{"results":[]}', 'text/plain', 415, 'unsupported_media_type'],
    ['a list where an object belongs', '[]', 'application/json', 422, 'validation_failed'],
    ['null', 'null', 'application/json', 422, 'validation_failed'],
  ])('%s', async (_name, body, type, status, code) => {
    const answer = await post(body, type);
    expect([answer.status, answer.json()['code']]).toEqual([status, code]);
    expect(String(answer.json()['detail'])).toMatch(/\.$/);
  });

  it('refuses 10 MB in words, read whole by who still sends, and takes 10,000 results', async () => {
    const head = 'POST /api/tests/things/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
    const mebibyte = 'x'.repeat(1024 * 1024);
    const whole = await say(
      `${head}Content-Length: ${10 * mebibyte.length}\r\n\r\n`,
      ...Array<string>(10).fill(mebibyte),
    );
    const chunked = await say(
      `${head}Transfer-Encoding: chunked\r\n\r\n`,
      ...Array<string>(10).fill(`100000\r\n${mebibyte}\r\n`),
    );
    for (const { json } of [whole, chunked]) {
      expect(json).toMatchObject({ status: 413, code: 'body_too_large' });
      expect(json['detail']).toContain('4 MiB');
    }
    const many = Array.from({ length: 10_000 }, () => ({ display_name: 'N'.repeat(200), placement: 1 }));
    expect((await post(JSON.stringify({ results: many }))).status).toBe(201);
  });

  it('minds no body type where there is no body: clients name one on every call', async () => {
    const headers = { 'content-type': 'application/json' };
    expect((await ask(`/api/tests/things/${ID}/`, { method: 'DELETE', headers })).status).toBe(200);
  });

  it('names an unknown query key and a wrong value', async () => {
    const wrong = await ask(`/api/tests/things/${ID}/?format=gif`);
    expect([wrong.status, wrong.json()['code']]).toEqual([422, 'validation_failed']);
    expect(wrong.json()['errors']).toEqual([
      { field: 'format', message: 'Invalid option: expected one of "pdf"|"png"' },
    ]);
    const unknown = await ask(`/api/tests/things/${ID}/?fromat=pdf`);
    expect(unknown.json()['errors']).toEqual([{ field: 'fromat', message: 'unknown; leave it out' }]);
    expect((await ask(`/api/tests/things/${ID}/?format=pdf&format=png`)).status).toBe(422);
  });

  it.each(['7', 'not-a-uuid', `${ID}0`, '%00', 'x'.repeat(90)])('is a 422 for the id %s', async (id) => {
    const { status, json } = await ask(`/api/tests/things/${id}/`);
    expect([status, json()['code']]).toEqual([422, 'invalid_id']);
  });

  it.each([
    ['/api/nothing/', 404, 'no_such_address'],
    ['/api/tests/things/%zz/', 400, 'malformed_url'],
    [`/api/tests/things/${'x'.repeat(200)}/`, 404, 'no_such_address'],
  ])('%.40s', async (path, status, code) => {
    const answer = await ask(path);
    expect([answer.status, answer.json()['code']]).toEqual([status, code]);
    expect(answer.headers.get('x-request-id')).toBeTruthy();
  });
});

it.each([
  ['PUT', `/api/tests/things/${ID}/?format=pdf`, 405, 'GET, HEAD, DELETE'],
  ['GET', '/api/tests/things', 405, 'POST'],
  ['OPTIONS', '/api/tests/things/', 405, 'POST'],
  ['PUT', '/api/nothing/', 404, null],
  // As where the variable of a script's id is empty.
  ['GET', '/api/tests/things//', 404, null],
])('%s %s is a %s that allows %s', async (method, path, status, allow) => {
  const answer = await ask(path, { method });
  expect([answer.status, answer.headers.get('allow')]).toEqual([status, allow]);
  expect(answer.json()['code']).toBe(status === 405 ? 'method_not_allowed' : 'no_such_address');
});

describe('an error', () => {
  it('nobody expected is a 500 that tells nothing, and a log line that does', async () => {
    const { status, headers, json, text } = await ask('/api/tests/fails/bug/');
    expect([status, json()['code']]).toEqual([500, 'internal']);
    expect(text).not.toMatch(/Ada|Amz|Error|\bat /);
    expect(json()['request_id']).toBe(headers.get('x-request-id'));
    const failure = await lineOf(headers.get('x-request-id'));
    expect(failure).toMatchObject({ level: 'error', code: 'internal', err: { type: 'Error' } });
    expect(JSON.stringify(failure)).not.toContain('abc123');
  });

  it('of another part is what its translator says', async () => {
    const { status, headers, json } = await ask('/api/tests/fails/lost/');
    expect([status, json()['code'], headers.get('retry-after')]).toEqual([503, 'database_unavailable', '5']);
  });

  it('carries its own members and none of the headers of the answer that did not come', async () => {
    const { status, headers, json } = await ask('/api/tests/fails/410/');
    expect(status).toBe(410);
    expect(json()).toMatchObject({ code: 'revoked', reason: 'x' });
    expect(headers.get('content-disposition')).toBeNull();
    expect(headers.get('etag')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('is a page for a browser', async () => {
    const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    const { status, headers, text } = await ask('/api/tests/fails/lost/', { headers: { accept } });
    expect(status).toBe(503);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('vary')).toContain('Accept');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(text).toContain('<!doctype html>');
    expect((await ask('/api/tests/fails/lost/', { headers: { accept: '*/*' } })).json()['code']).toBeTruthy();
  });
});

describe('every answer', () => {
  it('comes for both spellings of a path', async () => {
    expect((await ask(`/api/tests/things/${ID}`)).json()).toEqual({ id: ID, format: 'pdf' });
    expect((await ask(`/api/tests/things/${ID}/`)).json()).toEqual({ id: ID, format: 'pdf' });
  });

  it('has a request id: the one sent where it is sane, else a new one', async () => {
    const idFor = async (sent: string) =>
      (await ask('/api/tests/limited-not/', { headers: { 'x-request-id': sent } })).headers.get(
        'x-request-id',
      );
    expect(await idFor('client-1234:5678')).toBe('client-1234:5678');
    expect(await idFor('short')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idFor('with spaces and "quotes"')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idFor('x'.repeat(500))).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is logged by route template, without path, query, address or headers', async () => {
    const { headers } = await ask(`/api/tests/things/${ID}/?format=png`, {
      headers: { authorization: 'Bearer abc.def', 'x-request-id': 'log-me-please' },
    });
    const entry = await lineOf(headers.get('x-request-id'));
    expect(entry).toEqual({
      level: 'info',
      time: expect.any(String) as string,
      request_id: 'log-me-please',
      method: 'GET',
      route: '/api/tests/things/:id',
      status: 200,
      ms: expect.any(Number) as number,
      msg: 'answered',
    });
  });

  it('carries security headers', async () => {
    const { headers } = await ask('/api/tests/limited-not/');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).not.toContain('script-src');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-powered-by')).toBeNull();
  });
});

it('personal fields and tokens stay out of the log, whoever logs them', async () => {
  await ask('/api/tests/fails/log/');
  expect(server.logged()).toContain('told');
  expect(server.logged()).not.toMatch(/Lovelace.*told|told.*Lovelace|eyJhbGciOi/);
});

it('gives headers no longer than the whole request: Node would wait for the longer of the two', () => {
  const { headersTimeout, requestTimeout } = server.app.getHttpServer();
  expect(headersTimeout).toBeLessThanOrEqual(requestTimeout);
});

it('limits a route per client address', async () => {
  const answers = [];
  for (let i = 0; i < 5; i++) answers.push(await ask('/api/tests/limited/'));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429]);
  expect(answers[3]?.json()).toMatchObject({ code: 'too_many_requests', status: 429 });
  expect(Number(answers[3]?.headers.get('retry-after'))).toBeGreaterThan(0);
});

it('does not let a client choose its address unless a proxy is trusted', async () => {
  const from = (address: string) => ask('/api/tests/limited/', { headers: { 'x-forwarded-for': address } });
  expect((await from('203.0.113.1')).status).toBe(429);
  const behindProxy = await startHttpApp(
    { controllers: [TestController] },
    { VERIFY_RATE_PER_MINUTE: '1', TRUST_PROXY: 'on' },
  );
  try {
    const status = async (address: string) =>
      (await fetch(`${behindProxy.url}/api/tests/limited/`, { headers: { 'x-forwarded-for': address } }))
        .status;
    expect(await status('203.0.113.1')).toBe(200);
    expect(await status('203.0.113.1')).toBe(429);
    expect(await status('203.0.113.2')).toBe(200);
    expect(await status('spoofed, 203.0.113.1')).toBe(429);
    expect(await status('203.0.113.77, 203.0.113.1')).toBe(429);
    expect(await status('2001:db8:1:2::1')).toBe(200);
    expect(await status('2001:db8:1:2::ffff')).toBe(429);
  } finally {
    await behindProxy.close();
  }
});

it.each([
  ['garbage instead of HTTP', '\x16\x03\x01 hello\r\n\r\n', 400, 'malformed_request'],
  ['a method nobody knows', 'FETCH / HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'malformed_request'],
  ['an endless token', `GET / HTTP/1.1\r\nAuthorization: ${'x'.repeat(20_000)}`, 431, 'headers_too_large'],
])('answers %s in words and lives on', async (_what, bytes, status, code) => {
  const { head, json } = await say(bytes);
  expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(head).toContain('application/problem+json');
  expect(json).toMatchObject({ status, code });
  expect((await ask(`/api/tests/things/${ID}/`)).status).toBe(200);
});
