import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { closeHttpApp } from '../../src/http/shutdown.js';
import type { HttpTestApp } from '../kit/http-app.js';
import { CertificateStore } from '../kit/certificate-store.js';
import { startOperationsApp, startRetries } from '../kit/operations-app.js';
import { FaultProxy, services } from '../services/index.js';
import { expiredToken, forgedToken, signTestToken } from '../kit/tokens.js';
import { until } from '../kit/until.js';

let store: CertificateStore;
let database: FaultProxy;
let server: HttpTestApp;
let staff: string;
beforeAll(async () => {
  store = await CertificateStore.create();
  const url = store.env['DATABASE_URL'] as string;
  database = await FaultProxy.to(url);
  server = await startOperationsApp({ ...store.env, DATABASE_URL: database.url(url) });
  staff = await signTestToken({ sub: 'staff-1', roles: ['staff'] });
}, 120_000);
afterAll(async () => {
  await server.close();
  await database.close();
  await store.close();
});

const HTML = { accept: 'text/html' };
const OURS = { 'sec-fetch-site': 'same-origin' };
const cookie = (token: string) => ({ cookie: `certstore_staff=${token}` });
const ask = async (method: string, path: string, headers: Record<string, string> = {}, body?: string) => {
  const form: Record<string, string> =
    body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
  const init = { method, headers: { ...HTML, ...form, ...headers }, redirect: 'manual' as const };
  const answer = await fetch(server.url + path, body === undefined ? init : { ...init, body });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};
const page = () => ask('GET', '/operations/', cookie(staff));
/** Answers are kept the longer the more they cost, so a loaded machine shows what is new later. */
const pageWhere = (good: (answer: { status: number; text: string }) => boolean) =>
  until(async () => {
    const answer = await page();
    return good(answer) && answer;
  }, 200);

describe('the gate', () => {
  it.each([
    ['GET', '/operations/'],
    ['GET', '/operations/events/'],
    ['GET', `/operations/runs/${randomUUID()}/`],
    ['POST', `/operations/runs/${randomUUID()}/retry/`],
    ['POST', '/operations/owed-copies/'],
    ['GET', '/operations/queues/'],
    ['GET', '/operations/queues/api/queues'],
    ['PUT', '/operations/queues/api/queues/migration/pause'],
  ])('%s %s is for staff', async (method, path) => {
    const plain = await signTestToken({ sub: 'someone' });
    const expired = await expiredToken({ roles: ['staff'] });
    const forged = await forgedToken({ roles: ['staff'] });
    const statuses = [(await ask(method, path, OURS)).status];
    for (const token of [plain, expired, forged]) {
      statuses.push((await ask(method, path, { ...OURS, ...cookie(token) })).status);
    }
    // the API's header is no way in
    statuses.push((await ask(method, path, { ...OURS, authorization: `Bearer ${staff}` })).status);
    expect(statuses).toEqual([401, 403, 401, 401, 401]);
  });

  it('takes nothing that changes something from elsewhere, not even with the cookie', async () => {
    const path = '/operations/owed-copies/';
    const { host } = new URL(server.url);
    for (const [headers, status] of [
      [{ 'sec-fetch-site': 'cross-site' }, 403],
      [{ 'sec-fetch-site': 'same-site' }, 403],
      [{ origin: 'https://evil.example' }, 403],
      [{ origin: 'null' }, 403],
      [{}, 403],
      [{ origin: `http://${host}` }, 303],
      [OURS, 303],
    ] as [Record<string, string>, number][]) {
      expect([headers, (await ask('POST', path, { ...cookie(staff), ...headers }, '')).status]).toEqual([
        headers,
        status,
      ]);
    }
  });
});

describe('signing in', () => {
  it('turns a pasted token into a cookie that scripts and other sites do not get', async () => {
    const { status, headers } = await ask('POST', '/operations/login/', OURS, `token=${staff}`);
    expect([status, headers.get('location')]).toEqual([303, '/operations/']);
    expect(headers.get('set-cookie')).toMatch(
      /^certstore_staff=[\w.-]+; Max-Age=3[56]\d\d; Path=\/operations; HttpOnly; SameSite=Strict$/,
    );
  });

  it('takes a followed link once, and leaves the token in no address and no log line', async () => {
    const { status, headers } = await ask('GET', `/operations/login?token=${staff}`);
    expect([status, headers.get('location'), headers.get('referrer-policy')]).toEqual([
      303,
      '/operations/welcome/',
      'no-referrer',
    ]);
    expect(headers.get('set-cookie')).toContain('HttpOnly');
    expect(server.logged()).not.toContain(staff.slice(-20));
  });

  it('refuses what is no token of staff, in words', async () => {
    const plain = await signTestToken({ sub: 'someone' });
    expect((await ask('POST', '/operations/login/', OURS, `token=${plain}`)).status).toBe(403);
    const wrong = await ask('POST', '/operations/login/', OURS, 'token=x');
    expect([wrong.status, wrong.text.includes('The token was refused')]).toEqual([401, true]);
  });

  it('says of a token that has ended that it has, and after a followed link too why there is no page', async () => {
    const old = await expiredToken({ sub: 'staff-1', roles: ['staff'] });
    const { text } = await ask('POST', '/operations/login/', OURS, `token=${old}`);
    expect(text).toContain('The token has expired');
    const { headers } = await ask('GET', `/operations/login/?token=${old}`);
    const location = headers.get('location') ?? '';
    expect(location).not.toContain(old);
    expect((await ask('GET', location)).text).toContain('The token in the link was refused');
  });

  it('ends with a click', async () => {
    const { headers } = await ask('POST', '/operations/logout/', { ...OURS, ...cookie(staff) }, '');
    expect(headers.get('set-cookie')).toMatch(/^certstore_staff=; Max-Age=0/);
  });

  it('leaves the API as it was: no forms there', async () => {
    expect((await ask('POST', '/api/nothing/', {}, 'a=b')).status).toBe(415);
  });
});

describe('the page', () => {
  it('of an empty store says so', async () => {
    const { status, text, headers } = await page();
    expect(status).toBe(200);
    expect(text).toContain('No certificate has been issued yet');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
  });

  it('calls a rollback ready by the rows alone where the last spot check had findings', async () => {
    await store.pool.query(
      `INSERT INTO migration_runs (id, task, dry_run, options, state, runner, finished_at, total, done, failed)
       VALUES ($1, 'validate', false, '{}', 'finished', 'test', now(), 5, 3, 2)`,
      [randomUUID()],
    );
    const { text } = await pageWhere((answer) => answer.text.includes('Ready by the rows'));
    expect(text).toMatch(/it last had <a href="\/operations\/runs\/[\da-f-]+\/">2 findings<\/a>/);
    await store.pool.query('TRUNCATE migration_runs CASCADE');
    await pageWhere((answer) => !answer.text.includes('by the rows') && answer.text.includes('>Ready<'));
  });

  it('retries what a run could not do, live, and says what a rollback would miss', async () => {
    const files = await store.seed(5);
    const runId = randomUUID();
    await store.pool.query(
      `INSERT INTO migration_runs (id, task, dry_run, options, state, runner, finished_at, total, done, failed)
       VALUES ($1, 'migrate', false, '{}', 'finished', 'test', now(), 5, 0, 2)`,
      [runId],
    );
    for (const { key, certificateId } of files.slice(0, 2)) {
      await store.pool.query(
        `INSERT INTO migration_failures (run_id, key, certificate_id, code, detail, attempts)
         VALUES ($1, $2, $3, 'unavailable', 'S3 <b>hung</b>', 3)`,
        [runId, key, certificateId],
      );
    }
    const before = await pageWhere(({ text }) => text.includes(`/operations/runs/${runId}/retry/`));
    expect(before.text).not.toContain('<b>hung');
    expect(before.text).toContain('class="state warn">finished, 2 failed<');
    const whole = (await ask('GET', `/operations/runs/${runId}/`, cookie(staff))).text;
    expect(whole).toContain('unavailable');
    expect(whole).not.toContain(`href="/operations/runs/${runId}/"`);
    expect(whole.match(/<h\d/g)).toEqual(['<h1', '<h2', '<h3', '<h2']);
    expect((await ask('GET', `/operations/runs/${runId}/?after=%00`, cookie(staff))).status).toBe(200);

    const stop = new AbortController();
    const live = await fetch(`${server.url}/operations/events/`, {
      headers: cookie(staff),
      signal: stop.signal,
    });
    expect(live.headers.get('content-type')).toContain('text/event-stream');
    const reader = (live.body as ReadableStream<Uint8Array>).getReader();
    await startRetries(server);
    const retried = await ask('POST', `/operations/runs/${runId}/retry/`, { ...OURS, ...cookie(staff) }, '');
    expect(retried.headers.get('location')).toBe('/operations/?notice=retry');
    let seen = '';
    while (!/2 of 2: 2 done/.test(seen)) seen += Buffer.from((await reader.read()).value ?? []).toString();
    stop.abort();
    const rows = [...(await store.rows()).values()];
    expect(rows.filter((row) => row['migrated_to_s3_at'] !== null)).toHaveLength(2);

    await store.pool.query(
      'UPDATE certificate_files SET stored_locally_at = NULL WHERE migrated_to_s3_at IS NOT NULL',
    );
    const sentence = '2 certificates would be unreachable with USE_S3_FOR_CERTS=false: run restore:certs';
    await pageWhere(({ text }) => text.includes(sentence));
  }, 60_000);

  it('lists the queues by bull-board, whichever server holds them', async () => {
    const { status, text } = await ask('GET', '/operations/queues/api/queues', cookie(staff));
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({ queues: [{ name: expect.any(String) as unknown }, {}] });
    expect((await ask('GET', '/operations/queues/', cookie(staff))).status).toBe(200);
  });

  it('is a 503 for people while the database is away', async () => {
    database.set({ kind: 'refuse' });
    const { text } = await pageWhere(({ status }) => status === 503);
    database.set({ kind: 'none' });
    expect(text).toContain('Temporarily unavailable');
    expect(text).not.toMatch(/ at .*\.(ts|js):/);
  });
});

it('open streams do not hold up the shutdown', async () => {
  const other = await startOperationsApp({ DATABASE_URL: await services.postgres() });
  const live = await fetch(`${other.url}/operations/events/`, { headers: cookie(staff) });
  const ended = live.text();
  await closeHttpApp(other.app, 30_000);
  expect(await ended).toContain('retry: ');
}, 20_000);
