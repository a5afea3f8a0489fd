import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FileRow } from '../../../src/migration/tasks/file-rows.js';
import { MigrateTask } from '../../../src/migration/tasks/migrate.task.js';
import { bytesContent } from '../../../src/storage/content.js';
import { TestBucket } from '../../contracts/s3-buckets.js';
import { META, readKey } from '../../contracts/storage-samples.js';
import { CertificateStore, type SeededFile } from '../../kit/certificate-store.js';
import { type CommandResult, OperatorCommand } from '../../kit/operator-command.js';

let store: CertificateStore;
const migrate = (...args: string[]): Promise<CommandResult> =>
  OperatorCommand.run(['migrate', ...args], store.folder, store.env);
const s3 = () => store.bucket.backend({}, { credentials: store.bucket.credentials });

beforeAll(async () => {
  store = await CertificateStore.create();
}, 120_000);
afterAll(() => store.close());

describe('migrate:certs', () => {
  let files: SeededFile[];

  it('says what it would do and does not do it, with --dry-run', async () => {
    files = await store.seed(12);
    const before = await store.rows();
    const { code, json } = await migrate('--dry-run', '--json', '--batch-size', '5');
    expect(code).toBe(0);
    expect(json).toMatchObject({ dry_run: true, total: 12, migrated: 12, skipped: 0, failed: 0, errors: [] });
    expect(json.bytes).toBe(files.reduce((sum, { bytes }) => sum + bytes.length, 0));
    expect(await store.rows()).toEqual(before);
    for await (const found of s3().list()) throw new Error(`written: ${found.key}`);
  });

  it('uploads every file, byte for byte, and says so in its row, the summary and the log', async () => {
    const { code, stdout } = await migrate('--batch-size', '5');
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/MIGRATION SUMMARY\n=+\nTotal: +12\nMigrated: +12\n/),
    ]);
    expect(stdout.match(/^\[SUCCESS\]/gm)).toHaveLength(12);
    const rows = await store.rows();
    for (const { key, bytes } of files) {
      expect((await readKey(s3(), key)).equals(bytes)).toBe(true);
      expect(rows.get(key)).toMatchObject({
        migrated_to_s3_at: expect.any(Date),
        stored_locally_at: expect.any(Date),
        s3_etag: expect.stringMatching(/^[0-9a-f]{32}$/),
      });
    }
    const log = readFileSync(join(store.folder, 'logs/s3_migration.log'), 'utf8');
    for (const { key } of files) expect(log).toContain(`[SUCCESS] migrated: ${key}`);
    expect(log).not.toContain('Polg');
  });

  it.each([[], ['--queue']])(
    'moves nothing to another bucket than that of the rows %s',
    async (...options) => {
      const [added] = (await store.seed(1)) as [SeededFile];
      const other = await TestBucket.on(store.bucket.server);
      const { code, json } = await OperatorCommand.run(['migrate', '--json', ...options], store.folder, {
        ...store.env,
        AWS_STORAGE_BUCKET_NAME: other.name,
      });
      expect([code, json.error]).toEqual([
        2,
        { code: 'misconfigured', detail: expect.stringContaining('is AWS_STORAGE_BUCKET_NAME right?') },
      ]);
      expect((await store.rows()).get(added.key)).toMatchObject({ migrated_to_s3_at: null });
      expect((await migrate('--json')).json).toMatchObject({ migrated: 1 });
    },
  );

  it('finds nothing to do when run again', async () => {
    const { code, json } = await migrate('--json');
    expect([code, json.total, json.migrated]).toEqual([0, 0, 0]);
  });

  it('prints exactly the document that scripts rely on', async () => {
    const { json } = await migrate('--json');
    expect(json).toEqual({
      run_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      dry_run: false,
      total: 0,
      migrated: 0,
      skipped: 0,
      failed: 0,
      bytes: 0,
      duration_ms: expect.any(Number),
      errors: [],
    });
  });

  it('reports missing, corrupt, truncated, unreadable and conflicting files by code, and moves all others', async () => {
    const damaged = await store.seed(170, { tournamentId: 2 });
    const [healthy] = damaged.slice(70) as [SeededFile];
    const missing = damaged.slice(0, 20);
    const corrupt = damaged.slice(20, 40);
    const truncated = damaged.slice(40, 60);
    const unreadable = damaged.slice(60, 65);
    const conflicting = damaged.slice(65, 70);
    for (const { key } of missing) store.loseLocal(key);
    for (const { key, bytes } of corrupt) store.overwrite(key, Buffer.from(bytes).fill(7, 10, 20));
    for (const { key, bytes } of truncated) store.overwrite(key, bytes.subarray(0, -1));
    unreadable.forEach(({ key }, index) => {
      rmSync(store.pathOf(key));
      // a mode would not keep root from reading
      if (index % 2 === 0) mkdirSync(store.pathOf(key));
      else symlinkSync(store.pathOf(healthy.key), store.pathOf(key));
    });
    for (const { key } of conflicting) await s3().put(key, bytesContent(Buffer.from('other')), META);
    const expected = new Map([
      ...missing.map(({ key }) => [key, 'local_missing'] as const),
      ...[...corrupt, ...truncated].map(({ key }) => [key, 'local_corrupt'] as const),
      ...unreadable.map(({ key }) => [key, 'local_unreadable'] as const),
      ...conflicting.map(({ key }) => [key, 'conflict'] as const),
    ]);

    const dry = await migrate('--dry-run', '--json', '--tournament-id', '2');
    const { code, json } = await migrate('--json', '--tournament-id', '2');
    expect([code, json.total, json.migrated, json.failed]).toEqual([1, 170, 100, 70]);
    expect(
      new Map(json.errors.map((error: { key: string; code: string }) => [error.key, error.code])),
    ).toEqual(expected);
    for (const figure of ['total', 'migrated', 'skipped', 'failed', 'bytes'])
      expect(dry.json[figure]).toBe(json[figure]);
    const rows = await store.rows();
    for (const { key } of damaged)
      expect(rows.get(key)?.['migrated_to_s3_at'] !== null).toBe(!expected.has(key));
    for (const { key } of conflicting) expect((await readKey(s3(), key)).toString()).toBe('other');
    const recorded = await store.pool.query('SELECT key, code FROM migration_failures WHERE run_id = $1', [
      json.run_id,
    ]);
    expect(new Map(recorded.rows.map((row) => [row.key, row.code]))).toEqual(expected);

    const again = await migrate('--json', '--tournament-id', '2');
    expect([again.code, again.json.migrated, again.json.failed]).toEqual([2, 0, 70]);
    await store.pool.query(`DELETE FROM certificate_files WHERE key = ANY($1)`, [[...expected.keys()]]);
  });

  it('adopts what an earlier run uploaded and did not live to record', async () => {
    const [file] = (await store.seed(1)) as [SeededFile];
    await s3().put(file.key, bytesContent(file.bytes), META);
    const before = await s3().stat(file.key);
    const { code, stdout } = await migrate();
    expect(code).toBe(0);
    expect(stdout).toContain(`[SUCCESS] migrated: ${file.key}, ${file.bytes.length} bytes (adopted`);
    expect((await s3().stat(file.key)).modifiedAt).toEqual(before.modifiedAt);
    expect((await store.rows()).get(file.key)).toMatchObject({ s3_etag: before.etag });
  });

  it('leaves a row as it is that someone else wrote while the file was on its way', async () => {
    const [file] = (await store.seed(1)) as [SeededFile];
    const task = new MigrateTask(store.pool, {} as never); // commit() asks no store
    const item = (await task.page('', 100)).find(({ key }) => key === file.key) as FileRow;
    await store.pool.query(
      `UPDATE certificate_files SET migrated_to_s3_at = now(), s3_etag = 'theirs' WHERE key = $1`,
      [file.key],
    );
    const tx = await store.pool.connect();
    const written = await task.commit(tx, [{ item, change: { etag: 'ours', versionId: undefined } }]);
    tx.release();
    expect([written.size, (await store.rows()).get(file.key)?.['s3_etag']]).toEqual([0, 'theirs']);
  });

  it('moves the files of revoked certificates and skips those of deleted ones', async () => {
    const [revoked, deleted] = (await store.seed(2)) as [SeededFile, SeededFile];
    await store.pool.query('UPDATE certificates SET revoked_at = now() WHERE id = $1', [
      revoked.certificateId,
    ]);
    await store.pool.query('UPDATE certificates SET deleted_at = now() WHERE id = $1', [
      deleted.certificateId,
    ]);
    const { code, json } = await migrate('--json');
    expect([code, json.total, json.migrated, json.skipped]).toEqual([0, 2, 1, 1]);
    expect((await store.rows()).get(deleted.key)?.['migrated_to_s3_at']).toBeNull();
  });

  it.each([
    [['--batch-size', '0'], '--batch-size takes a whole number from 1 to 2147483647; got "0"'],
    [['--concurrency', 'many'], '--concurrency takes a whole number from 1 to 2147483647; got "many"'],
    [['--tournament-id', '2147483648'], '--tournament-id takes a whole number from 0 to 2147483647'],
    [['--limit'], "option '--limit <files>' argument '--json' is invalid"],
    [['--no-such-option'], "unknown option '--no-such-option'"],
  ])('refuses %j with code 2 and says why, in a document, too', async (args, message) => {
    const { code, stderr, json } = await migrate(...args, '--json');
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(json.error).toEqual({ code: 'bad_usage', detail: expect.stringContaining(message) });
  });

  it('refuses to run for real where npm kept --dry-run to itself, for want of --', async () => {
    const env = { ...store.env, npm_config_dry_run: 'true' };
    const { code, json } = await OperatorCommand.run(['migrate', '--json'], store.folder, env);
    expect([code, json.error]).toEqual([
      2,
      { code: 'bad_usage', detail: expect.stringContaining('put -- before it') },
    ]);
    const tried = await OperatorCommand.run(['migrate', '--json', '--dry-run'], store.folder, env);
    expect(tried.code).toBe(0);
  });

  it('says in a document what is wrong with the configuration', async () => {
    const env = { ...store.env, USE_S3_FOR_CERTS: 'maybe' };
    const { code, json } = await OperatorCommand.run(['migrate', '--json'], store.folder, env);
    expect([code, json.error]).toEqual([
      2,
      { code: 'bad_configuration', detail: 'USE_S3_FOR_CERTS: got "maybe", takes false, dual or true' },
    ]);
  });

  it('refuses to run without a bucket, and names the variable', async () => {
    const env = { ...store.env, AWS_STORAGE_BUCKET_NAME: '' };
    const { code, json, stderr } = await OperatorCommand.run(['migrate', '--json'], store.folder, env);
    expect([code, json.error.code, stderr]).toEqual([
      2,
      'no_bucket',
      expect.stringContaining('AWS_STORAGE_BUCKET_NAME'),
    ]);
  });
});
