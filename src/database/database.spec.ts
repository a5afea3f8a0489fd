import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { FaultProxy, services, temporaryFolder } from '../../test/services/index.js';
import { type Database, openDatabase, openPool } from './database.js';
import { isDatabaseUnavailable } from './is-database-unavailable.js';
import { PrismaService } from './prisma.service.js';

const at = (url: string) => ({ dataDir: '/nowhere', database: { url } });

describe('a server that is lost', () => {
  let proxy: FaultProxy;
  let database: Database;
  let prisma: PrismaService;
  beforeAll(async () => {
    const url = await services.postgres();
    proxy = await FaultProxy.to(url);
    database = await openDatabase(at(proxy.url(url)));
    prisma = new PrismaService(database.pool);
  });
  afterAll(async () => {
    await database.close();
    await proxy.close();
  });
  afterEach(() => proxy.set({ kind: 'none' }));

  const queries: [string, () => Promise<unknown>][] = [
    ['SQL', () => database.pool.query('SELECT 1')],
    ['a Prisma query', () => prisma.tournament.findMany()],
    ['a Prisma transaction', () => prisma.$transaction((tx) => tx.tournament.findMany())],
    ['a Prisma batch', () => prisma.$transaction([prisma.tournament.findMany()])],
    ['raw SQL through Prisma', () => prisma.$queryRaw`SELECT 1`],
  ];

  it.each(queries)(
    '%s fails in a way that is recognised, and works when it is back',
    async (_name, query) => {
      await query();
      proxy.set({ kind: 'refuse' });
      const failure: unknown = await query().then(
        () => undefined,
        (error: unknown) => error,
      );
      expect({ failure, recognised: isDatabaseUnavailable(failure) }).toMatchObject({ recognised: true });
      proxy.set({ kind: 'none' });
      await query();
    },
  );

  it.each(queries)('%s that is cut off in flight is recognised', async (_name, query) => {
    await query();
    proxy.set({ kind: 'hang' });
    const pending = query().then(
      () => undefined,
      (error: unknown) => error,
    );
    await sleep(100);
    proxy.set({ kind: 'refuse' });
    expect(isDatabaseUnavailable(await pending)).toBe(true);
  });

  // Node ends a process for an 'error' that nobody listens to.
  it.each(['idle', 'at work'])(
    'costs who holds a connection that is %s its next query, and no more',
    async (how) => {
      const held = await database.pool.connect();
      await held.query('BEGIN');
      const pending = how === 'at work' ? held.query('SELECT pg_sleep(10)') : undefined;
      await sleep(100);
      proxy.set({ kind: 'refuse' });
      const failure: unknown = await (pending ?? sleep(100).then(() => held.query('SELECT 1'))).catch(
        (error: unknown) => error,
      );
      held.release(true);
      expect({ failure, recognised: isDatabaseUnavailable(failure) }).toMatchObject({ recognised: true });
    },
  );
});

it.each([200, 600, 2_000])(
  'says so where the server is lost while it is brought up to date, after %i bytes',
  async (afterBytes) => {
    const url = await services.postgres();
    const proxy = await FaultProxy.to(url);
    proxy.set({ kind: 'cut', afterBytes });
    await expect(openDatabase(at(proxy.url(url)))).rejects.toMatchObject({ name: 'DatabaseStartError' });
    await proxy.close();
  },
);

it('gives up on a server that hangs', async () => {
  const url = await services.postgres();
  const proxy = await FaultProxy.to(url);
  const pool = openPool(proxy.url(url), { query_timeout: 300, connectionTimeoutMillis: 300 });
  await pool.query('SELECT 1');
  proxy.set({ kind: 'hang' });
  for (const what of ['a pooled connection', 'a new one']) {
    const failure: unknown = await pool.query('SELECT 1').catch((error: unknown) => error);
    expect({ what, recognised: isDatabaseUnavailable(failure) }).toEqual({ what, recognised: true });
  }
  proxy.set({ kind: 'none' });
  await pool.query('SELECT 1');
  await pool.end();
  await proxy.close();
});

it.each([
  ['a statement that takes too long', `SET statement_timeout = 50; SELECT pg_sleep(10)`],
  ['a server that is shut down', `SELECT pg_terminate_backend(pg_backend_pid())`],
])('recognises %s', async (_name, sql) => {
  const pool = openPool(await services.postgres());
  const failure: unknown = await pool.query(sql).catch((error: unknown) => error);
  expect(isDatabaseUnavailable(failure)).toBe(true);
  await pool.end();
});

it('does not mistake a bad query for an outage', async () => {
  const database = await openDatabase(at(await services.postgres()));
  const prisma = new PrismaService(database.pool);
  const failures = [
    database.pool.query('SELECT * FROM nothing_like_this'),
    prisma.$queryRaw`SELECT * FROM nothing_like_this`,
    prisma.tournament.delete({ where: { id: 1 } }),
    prisma.batch.create({
      data: { id: '5e3c2b0e-8f55-4d66-9c5e-0f3a8a6f0001', tournamentId: 1, requestedBy: '1' },
    }),
  ];
  for (const failure of await Promise.allSettled(failures)) {
    expect(failure.status).toBe('rejected');
    expect(isDatabaseUnavailable((failure as PromiseRejectedResult).reason)).toBe(false);
  }
  await database.close();
});

it.each([
  ['nobody listens', 'postgresql://someone:hidden@localhost:1/x', /^DATABASE_URL: .*ECONNREFUSED/],
  [
    'there is no such host',
    'postgresql://someone:hidden@nowhere.invalid/x',
    /^DATABASE_URL: .*nowhere\.invalid/,
  ],
])('says what is wrong where %s, without the password', async (_name, url, message) => {
  const failure = (await openDatabase(at(url)).catch((error: unknown) => error)) as Error;
  expect(failure.name).toBe('DatabaseStartError');
  expect(failure.message).toMatch(message);
  expect(failure.message).not.toContain('hidden');
});

it('says which database does not exist', async () => {
  const url = (await services.postgres()).replace(/test_\w+/, 'absent');
  await expect(openDatabase(at(url))).rejects.toThrow('DATABASE_URL: database "absent" does not exist');
});

it('opens an embedded server where there is no URL', async () => {
  const database = await openDatabase({ dataDir: temporaryFolder(), database: { url: undefined } });
  expect(await new PrismaService(database.pool).tournament.count()).toBe(0);
  await database.close();
  const late = new pg.Client(database.url);
  await expect(late.connect()).rejects.toThrow(); // stopped with its last user
});
