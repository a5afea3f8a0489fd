import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { beginRun, endRun } from '../../../src/migration/runs/runs.js';
import { ValidateTask } from '../../../src/migration/tasks/validate/validate.task.js';
import { LocalBackend } from '../../../src/storage/backends/local/local-backend.js';
import { bytesContent } from '../../../src/storage/content.js';
import { archiveKey, makeKey } from '../../../src/storage/storage-key.js';
import { META, readKey } from '../../contracts/storage-samples.js';
import { CertificateStore, type SeededFile } from '../../kit/certificate-store.js';
import { type CommandResult, OperatorCommand } from '../../kit/operator-command.js';

let store: CertificateStore;
let files: SeededFile[];
const run = (...args: string[]): Promise<CommandResult> =>
  OperatorCommand.run([...args, '--json'], store.folder, store.env);
const s3 = () => store.bucket.backend();

beforeAll(async () => {
  store = await CertificateStore.create();
  files = await store.seed(20);
  await run('migrate');
}, 120_000);
afterAll(() => store.close());

describe('validate:certs', () => {
  it('finds nothing wrong where nothing is, and reads all back with --all', async () => {
    const { code, json } = await run('validate', '--all');
    expect([code, json]).toEqual([
      0,
      expect.objectContaining({
        rows: 20,
        local: 20,
        s3: 20,
        missing: 0,
        orphaned: 0,
        differing: 0,
        read: 20,
      }),
    ]);
    for (const row of (await store.rows()).values()) expect(row['last_verified_at']).toBeInstanceOf(Date);
  });

  it('reads ten back of twenty unless told otherwise', async () => {
    expect((await run('validate')).json).toMatchObject({ read: 10 });
  });

  it('takes nothing for wrong that another run moves meanwhile, though its row follows later', async () => {
    const [early, late] = files as [SeededFile, SeededFile];
    const local = new LocalBackend(store.config.storage.mediaRoot);
    const task = new ValidateTask(store.pool, { local, s3: s3() }, 'all');
    await task.count();
    const entries = await task.page('', 20);
    const process = (file: SeededFile) => {
      const entry = entries.find(({ key }) => key === file.key);
      if (!entry) throw new Error('it was listed');
      return task.process(entry);
    };
    const setLocal = ({ key }: SeededFile, at: Date | null) =>
      store.pool.query('UPDATE certificate_files SET stored_locally_at = $2 WHERE key = $1', [key, at]);
    const run = await beginRun(store.pool, { task: 'retire', dryRun: false, options: {}, total: 2 });
    const read = { kind: 'done', change: { read: true } };

    store.loseLocal(early.key);
    await setLocal(early, null);
    await expect(process(early)).resolves.toEqual(read);

    store.loseLocal(late.key);
    const judged = process(late);
    await sleep(500); // until it was looked at
    await setLocal(late, null);
    await expect(judged).resolves.toEqual(read);

    await endRun(store.pool, run, { state: 'finished' });
    for (const file of [early, late]) {
      store.overwrite(file.key, file.bytes);
      await setLocal(file, new Date());
    }
  });

  it('does not call a copy in S3 checked that came there after it had read the local one', async () => {
    const [file] = files as [SeededFile];
    await s3().delete(file.key);
    await store.pool.query(
      'UPDATE certificate_files SET migrated_to_s3_at = NULL, s3_verified_at = NULL WHERE key = $1',
      [file.key],
    );
    const local = new LocalBackend(store.config.storage.mediaRoot);
    const task = new ValidateTask(store.pool, { local, s3: s3() }, 'all');
    await task.count();
    const item = (await task.page('', 100)).find(({ key }) => key === file.key);
    if (!item) throw new Error('it was listed');
    const outcome = await task.process(item);
    if (outcome.kind !== 'done') throw new Error('it is right');
    await run('migrate');
    const tx = await store.pool.connect();
    await task.commit(tx, [{ item, change: outcome.change }]);
    tx.release();
    expect((await store.rows()).get(file.key)).toMatchObject({
      migrated_to_s3_at: expect.any(Date),
      last_verified_at: expect.any(Date),
      s3_verified_at: null,
    });
  });

  it('leads to what is gone from S3 being moved once more, by the statement in docs/migration.md', async () => {
    const [lost] = files as [SeededFile];
    await s3().delete(lost.key);
    const { json } = await run('validate');
    expect(json.errors).toEqual([expect.objectContaining({ key: lost.key, code: 's3_missing' })]);
    const [, statement] = /```sql\n(.+?)```/s.exec(readFileSync('docs/migration.md', 'utf8')) as unknown as [
      string,
      string,
    ];
    await store.pool.query(statement.replace('RUN', json.run_id));
    expect((await run('migrate')).json).toMatchObject({ total: 1, migrated: 1 });
    expect((await run('validate')).code).toBe(0);
  });

  it('names what is missing, orphaned and differing', async () => {
    const strange = await store.seed(6, { tournamentId: 7 });
    const [gone, longer, swapped, lost, linked, hidden] = strange;
    if (!gone || !longer || !swapped || !lost || !linked || !hidden) throw new Error('six were seeded');
    await run('migrate');
    store.loseLocal(gone.key);
    store.overwrite(longer.key, Buffer.concat([longer.bytes, Buffer.from(' ')]));
    store.overwrite(swapped.key, Buffer.from(swapped.bytes).reverse());
    await s3().delete(lost.key);
    renameSync(store.pathOf(linked.key), join(store.folder, 'elsewhere.pdf'));
    symlinkSync(join(store.folder, 'elsewhere.pdf'), store.pathOf(linked.key));
    store.loseLocal(hidden.key);
    mkdirSync(store.pathOf(hidden.key));
    const orphan = makeKey('pdf', new Date('2023-01-01'));
    await s3().put(orphan, bytesContent(Buffer.from('orphan')), META);
    const { code, json } = await run('validate', '--all');
    expect(code).toBe(1);
    expect(
      new Map(json.errors.map((error: { key: string; code: string }) => [error.key, error.code])),
    ).toEqual(
      new Map([
        [gone.key, 'local_missing'],
        [longer.key, 'local_differs'],
        [swapped.key, 'local_corrupt'],
        [lost.key, 's3_missing'],
        [linked.key, 'local_unreadable'],
        [hidden.key, 'local_unreadable'],
        [orphan, 's3_orphan'],
      ]),
    );
    expect(json.errors).toContainEqual(
      expect.objectContaining({ key: orphan, detail: 'an object without a row' }),
    );
    expect(json).toMatchObject({ rows: 26, local: 23, s3: 26, missing: 2, orphaned: 1, differing: 4 });
    await s3().delete(orphan);
    await store.pool.query('DELETE FROM certificate_files WHERE key = ANY($1)', [
      strange.map(({ key }) => key),
    ]);
    renameSync(store.config.storage.mediaRoot, `${store.config.storage.mediaRoot}-1`);
  });
});

describe('restore:certs', () => {
  it('brings every file back into an empty folder, byte for byte', async () => {
    const dry = await run('restore', '--dry-run');
    expect([dry.code, dry.json.restored]).toEqual([0, 20]);
    expect(files.some(({ key }) => existsSync(store.pathOf(key)))).toBe(false);
    const { code, json } = await run('restore');
    expect([code, json]).toEqual([0, expect.objectContaining({ total: 20, restored: 20, failed: 0 })]);
    for (const { key, bytes } of files) expect(store.read(key).equals(bytes)).toBe(true);
  });

  it('does not take a local file of the right size for the right file', async () => {
    const [damaged] = files as [SeededFile];
    store.overwrite(damaged.key, Buffer.from(damaged.bytes).reverse());
    const { code, json } = await run('restore');
    // 2: the one file there was to do failed
    expect([code, json.skipped, json.failed, json.errors[0]]).toEqual([
      2,
      19,
      1,
      expect.objectContaining({ key: damaged.key, code: 'local_corrupt' }),
    ]);
    store.overwrite(damaged.key, damaged.bytes);
  });

  it('finds nothing to do when run again, and neither does migrate:certs', async () => {
    expect((await run('restore')).json).toMatchObject({ restored: 0, skipped: 20, failed: 0 });
    expect((await run('migrate')).json).toMatchObject({ total: 0 });
  });
});

describe('retire:certs', () => {
  const retire = (...args: string[]) => run('retire', '--older-than-days', '0', ...args);

  it('keeps what came to S3 less than 60 days ago', async () => {
    expect((await run('retire', '--execute', '--yes')).json).toMatchObject({ total: 0 });
  });

  it('only plans without --execute, and refuses to act where it can neither ask nor was told yes', async () => {
    expect((await retire()).json).toMatchObject({ dry_run: true, retired: 20 });
    const { code, json } = await retire('--execute');
    expect([code, json.error.code]).toEqual([2, 'not_confirmed']);
    for (const { key } of files) expect(existsSync(store.pathOf(key))).toBe(true);
  });

  it('removes no local copy whose copy in S3 is missing or corrupt', async () => {
    const [missing, corrupt] = files as [SeededFile, SeededFile];
    await s3().delete(missing.key);
    await s3().delete(corrupt.key);
    await s3().put(corrupt.key, bytesContent(Buffer.from(corrupt.bytes).reverse()), META);
    const { code, json } = await retire('--execute', '--yes', '--archive');
    expect([code, json.retired, json.failed]).toEqual([1, 18, 2]);
    expect(
      new Map(json.errors.map((error: { key: string; code: string }) => [error.key, error.code])),
    ).toEqual(
      new Map([
        [missing.key, 's3_missing'],
        [corrupt.key, 's3_corrupt'],
      ]),
    );
    for (const { key, bytes } of files) {
      const kept = key === missing.key || key === corrupt.key;
      expect(existsSync(store.pathOf(key))).toBe(kept);
      if (!kept) expect((await readKey(s3(), archiveKey(key))).equals(bytes)).toBe(true);
    }
  });

  it('leaves files that restore:certs brings back', async () => {
    const { code, json } = await run('restore');
    expect([code, json.restored, json.skipped]).toEqual([0, 18, 2]);
    for (const { key, bytes } of files) expect(store.read(key).equals(bytes)).toBe(true);
  });
});
