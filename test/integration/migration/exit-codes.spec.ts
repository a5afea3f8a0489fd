import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { bytesContent } from '../../../src/storage/content.js';
import { META } from '../../contracts/storage-samples.js';
import { CertificateStore, type SeededFile } from '../../kit/certificate-store.js';
import { OldStore } from '../../kit/old-store.js';
import { OperatorCommand } from '../../kit/operator-command.js';
import { until } from '../../kit/until.js';
import { FaultProxy, services } from '../../services/index.js';

let proxy: FaultProxy;
let store: CertificateStore;
let stores = 0;

beforeAll(async () => {
  const { endpoint } = await services.radosgw();
  proxy = await FaultProxy.to(endpoint);
  store = await CertificateStore.create({ endpoint: proxy.url(endpoint) });
  store.env['USE_S3_FOR_CERTS'] = 'true'; // import places its files in S3, too
}, 120_000);
afterAll(async () => {
  await store.close();
  await proxy.close();
});
afterEach(async () => {
  proxy.set({ kind: 'none' });
  await store.pool.query('TRUNCATE certificates CASCADE');
  rmSync(store.config.storage.mediaRoot, { recursive: true, force: true });
  const deletions: Promise<void>[] = [];
  for await (const { key } of s3().list()) deletions.push(s3().delete(key));
  await Promise.all(deletions);
});

const start = (...args: string[]): OperatorCommand => OperatorCommand.start(args, store.folder, store.env);
const s3 = () => store.bucket.backend();

/** Files in S3 and on disk. */
async function migrated(count: number): Promise<SeededFile[]> {
  const files = await store.seed(count);
  await Promise.all(files.map(({ key, bytes }) => s3().put(key, bytesContent(bytes), META)));
  await store.pool.query('UPDATE certificate_files SET migrated_to_s3_at = now()');
  return files;
}

/** Makes work for a command, some of which can't be done. @returns the command */
const WORK: Record<string, (good: number, bad: number) => Promise<string[]>> = {
  async migrate(good, bad) {
    const files = await store.seed(good + bad);
    for (const { key } of files.slice(good)) store.loseLocal(key);
    return ['migrate'];
  },
  async validate(good, bad) {
    const files = await migrated(good + bad);
    for (const { key } of files.slice(good)) await s3().delete(key);
    return ['validate', '--all'];
  },
  async restore(good, bad) {
    const files = await migrated(good + bad);
    for (const { key } of files) store.loseLocal(key);
    for (const { key } of files.slice(good)) await s3().delete(key);
    return ['restore'];
  },
  async retire(good, bad) {
    const files = await migrated(good + bad);
    for (const { key } of files.slice(good)) await s3().delete(key);
    return ['retire', '--execute', '--yes', '--older-than-days', '0'];
  },
  async erase(good, bad) {
    const files = await migrated(good + bad);
    for (const { key } of files.slice(good)) {
      store.loseLocal(key);
      mkdirSync(store.pathOf(key));
      writeFileSync(join(store.pathOf(key), 'in-the-way'), '');
    }
    await store.pool.query(`UPDATE certificates SET deleted_at = now() - interval '31 days'`);
    return ['erase', '--execute'];
  },
  async import(good, bad) {
    const old = new OldStore(join(store.folder, `old-${++stores}`));
    old.add(good);
    for (const certificate of old.add(bad)) old.lose(certificate);
    return old.command();
  },
};
const WRONG: Record<string, string[]> = {
  migrate: ['migrate', '--batch-size', '0'],
  validate: ['validate', '--all', '--sample', '3'],
  restore: ['restore', '--tournament-id', 'first'],
  retire: ['retire', '--older-than-days', '36501'],
  erase: ['erase', '--execute', 'everything'],
  import: ['import', '--media-root', '/nowhere', '--manifest', '/nowhere'],
};

describe.each(Object.entries(WORK))('%s:certs exits with', (name, work) => {
  it.each([
    ['0 when all is done', 3, 0, 0],
    ['0 when there is nothing to do', 0, 0, 0],
    ['1 when some failed', 2, 1, 1],
    ['2 when none was done', 0, 2, 2],
  ])('%s', async (_, good, bad, expected) => {
    const { code, json } = await start(...(await work(good, bad)), '--json').result();
    expect([code, json.total, json.failed, json.errors.length]).toEqual([expected, good + bad, bad, bad]);
  });

  it('2 on bad usage, with what was wrong', async () => {
    const { code, stdout, stderr } = await start(...(WRONG[name] as string[])).result();
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).not.toBe('');
  });

  it('130 on Ctrl-C, after the files in flight and with the summary so far', async () => {
    const args = await work(160, 0);
    proxy.set({ kind: 'delay', ms: 300 });
    const command = start(...args);
    const done = async () => {
      const { rows } = await store.pool.query(
        'SELECT done FROM migration_runs ORDER BY started_at DESC LIMIT 1',
      );
      return (rows[0]?.done ?? 0) as number;
    };
    await until(async () => (await lastRunner()) === command.pid && (await done()) > 0);
    command.kill('SIGINT');
    const { code, stdout } = await command.result();
    expect([code, stdout]).toEqual([
      130,
      expect.stringMatching(/ SUMMARY\n=+\nTotal: +160\n[^]*\nEnded: +interrupted; \d+ not handled/),
    ]);
    expect(Number(/\n[A-Z][a-z]+ed: +(\d+)|\nValid: +(\d+)/.exec(stdout)?.slice(1).find(Boolean))).toBe(
      await done(),
    );
  });
});

it.each([
  ['migrate', 'for the bucket to be recognized'],
  ['validate', 'to be listed'],
])('%s:certs exits with 130 on Ctrl-C while S3 does not answer: it is asked %s', async (command) => {
  await migrated(1);
  await store.seed(1);
  proxy.set({ kind: 'hang' });
  const before = proxy.connections;
  const child = start(command);
  await until(() => proxy.connections > before);
  child.kill('SIGINT');
  const { code, stderr } = await child.result();
  expect([code, stderr]).toEqual([130, expect.not.stringContaining('did not answer')]);
});

it('migrate:certs refuses a MEDIA_ROOT that is not mounted, instead of failing each file', async () => {
  await store.seed(2);
  const { mediaRoot } = store.config.storage;
  const migrate = async () => {
    const { code, json, stderr } = await start('migrate', '--json').result();
    return { code, error: json.error.code as string, stderr };
  };
  const failures = async () => (await store.pool.query('SELECT FROM migration_failures')).rowCount;
  const before = await failures();
  rmSync(mediaRoot, { recursive: true });
  expect(await migrate()).toMatchObject({ code: 2, error: 'media_root_unreadable' });
  mkdirSync(mediaRoot);
  expect(await migrate()).toEqual({
    code: 2,
    error: 'media_root_empty',
    stderr: expect.stringContaining(`${mediaRoot} has none: is its disk mounted?`),
  });
  expect(await failures()).toBe(before);
});

async function lastRunner(): Promise<number> {
  const { rows } = await store.pool.query(
    'SELECT runner FROM migration_runs ORDER BY started_at DESC LIMIT 1',
  );
  return Number(String(rows[0]?.runner).split(':').at(-1));
}
