import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { HttpTestApp } from '../kit/http-app.js';
import { CertificateStore } from '../kit/certificate-store.js';
import { startOperationsApp } from '../kit/operations-app.js';
import { startRedis, temporaryFolder } from '../services/index.js';
import { signTestToken } from '../kit/tokens.js';

let store: CertificateStore;
let redis: Awaited<ReturnType<typeof startRedis>>;
let server: HttpTestApp;
let headers: Record<string, string>;

beforeAll(async () => {
  store = await CertificateStore.create();
  redis = await startRedis(temporaryFolder('redis'));
  server = await startOperationsApp({ ...store.env, REDIS_URL: redis.url });
  const token = await signTestToken({ sub: 'staff-1', roles: ['staff'] });
  headers = { cookie: `certstore_staff=${token}`, accept: 'text/html', 'sec-fetch-site': 'same-origin' };
}, 120_000);
afterAll(async () => {
  await server.close();
  await redis.stop();
  await store.close();
});

const ask = (method: string, path: string) =>
  fetch(server.url + path, { method, headers, redirect: 'manual' });

it('says how many copies are owed and for how long, and the button puts the job where bull-board shows it, in Redis', async () => {
  const files = await store.seed(3);
  await store.pool.query(
    `UPDATE certificate_files SET s3_owed_since = now() - interval '3 hours' WHERE key = ANY($1)`,
    [files.slice(0, 2).map(({ key }) => key)],
  );
  const page = await (await ask('GET', '/operations/')).text();
  const card = /<h2>Owed copies<\/h2>[^]*?<\/section>/.exec(page)?.[0];
  expect(card).toMatch(/>2<\/p>\n<p>wait for their copy in S3, the oldest for 3 h\./);
  expect(card).toContain('action="/operations/owed-copies/"');

  expect((await ask('POST', '/operations/owed-copies/')).status).toBe(303);
  const board = await ask('GET', '/operations/queues/api/queues');
  const { queues } = (await board.json()) as { queues: { name: string; counts: Record<string, number> }[] };
  expect([board.status, queues.map(({ name, counts }) => [name, counts['waiting']])]).toEqual([
    200,
    [['owed-copies', 1]],
  ]);
  expect((await ask('GET', '/operations/queues/')).status).toBe(200);
});
