import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readKey } from '../../contracts/storage-samples.js';
import { CertificateStore, type SeededFile } from '../../kit/certificate-store.js';
import { OperatorCommand } from '../../kit/operator-command.js';
import { until } from '../../kit/until.js';
import { FaultProxy, services } from '../../services/index.js';

const FILES = 300;

let s3Proxy: FaultProxy;
let databaseProxy: FaultProxy;
let store: CertificateStore;
let files: SeededFile[];

beforeAll(async () => {
  const { endpoint } = await services.radosgw();
  s3Proxy = await FaultProxy.to(endpoint);
  store = await CertificateStore.create({ endpoint: s3Proxy.url(endpoint) });
  const url = store.env['DATABASE_URL'] as string;
  databaseProxy = await FaultProxy.to(url);
  store.env['DATABASE_URL'] = databaseProxy.url(url);
}, 120_000);
afterAll(async () => {
  await store.close();
  await s3Proxy.close();
  await databaseProxy.close();
});

beforeEach(async () => {
  files = await store.seed(FILES);
  s3Proxy.set({ kind: 'delay', ms: 20 });
});
/** Whatever stopped the run: the next one finishes it, and uploads nothing a second time. */
afterEach(async () => {
  s3Proxy.set({ kind: 'none' });
  databaseProxy.set({ kind: 'none' });
  const done = await migrated();
  const { code, json } = await start('--json').result();
  expect([code, json.total, json.failed]).toEqual([0, FILES - done, 0]);
  const s3 = store.bucket.backend({ endpoint: store.bucket.server.endpoint });
  for (const { key, bytes } of files) expect((await readKey(s3, key)).equals(bytes)).toBe(true);
  await store.pool.query('DELETE FROM certificate_files');
});

const atOnce = (concurrency: number, ...args: string[]): OperatorCommand =>
  OperatorCommand.start(['migrate', '--concurrency', `${concurrency}`, ...args], store.folder, store.env);
const start = (...args: string[]): OperatorCommand => atOnce(2, ...args);

async function migrated(): Promise<number> {
  const { rows } = await store.pool.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM certificate_files WHERE migrated_to_s3_at IS NOT NULL',
  );
  return rows[0]?.count ?? 0;
}

const underWay = () => until(async () => (await migrated()) > 0);

async function lastRun() {
  const { rows } = await store.pool.query('SELECT * FROM migration_runs ORDER BY started_at DESC LIMIT 1');
  return rows[0] as Record<string, unknown>;
}

describe('migrate:certs, stopped in mid-run', () => {
  it.each(['SIGINT', 'SIGHUP'] as const)(
    'ends on %s after the files in flight, says what was done, and exits with 130',
    async (signal) => {
      const run = start('--json');
      await underWay();
      run.kill(signal);
      const { code, json } = await run.result();
      expect([code, json.total, json.failed]).toEqual([130, FILES, 0]);
      expect(json.migrated).toBe(await migrated());
      expect(json.migrated).toBeLessThan(FILES);
      expect(await lastRun()).toMatchObject({ state: 'interrupted', done: json.migrated, total: FILES });
    },
  );

  it('lets no second run begin, which says who runs', async () => {
    const first = start('--json');
    await underWay();
    const second = await start().result();
    expect([second.code, second.stderr]).toEqual([
      2,
      expect.stringMatching(
        /migrate:certs has been running since \S+ \(\S+:\d+, run [0-9a-f-]+, \d+ of 300 files\)/,
      ),
    ]);
    first.kill('SIGINT');
    expect((await first.result()).code).toBe(130);
  });

  it('ends when S3 goes away, with what was done until then', async () => {
    s3Proxy.set({ kind: 'delay', ms: 100 });
    const run = atOnce(12, '--json');
    await underWay();
    s3Proxy.set({ kind: 'refuse' });
    const { code, json, stderr } = await run.result();
    expect([code, stderr]).toEqual([1, expect.stringContaining('The run ended early')]);
    expect(stderr).not.toContain('memory leak');
    expect(json.migrated).toBe(await migrated());
    expect(json.failed).toBeLessThan(20);
    expect(new Set(json.errors.map((error: { code: string }) => error.code))).toEqual(
      new Set(['unavailable']),
    );
    expect(await lastRun()).toMatchObject({ state: 'failed', done: json.migrated });
  });

  it('ends when the database goes away, with what is certain', async () => {
    const run = start('--json');
    await underWay();
    databaseProxy.set({ kind: 'refuse' });
    const { code, json, stderr } = await run.result();
    expect([code, stderr]).toEqual([1, expect.stringContaining('The run ended early')]);
    expect(json.migrated).toBeGreaterThan(0);
    expect(json.migrated).toBeLessThanOrEqual(await migrated());
  });

  it('survives a kill, and is then recorded as lost', async () => {
    const run = start();
    await underWay();
    run.kill('SIGKILL');
    await run.result();
    const { id } = await lastRun();
    expect((await start('--limit', '1').result()).code).toBe(0);
    const { rows } = await store.pool.query('SELECT state FROM migration_runs WHERE id = $1', [id]);
    expect(rows).toEqual([{ state: 'lost' }]);
  });
});
