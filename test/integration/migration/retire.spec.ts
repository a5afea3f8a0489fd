import { existsSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { FileRow } from '../../../src/migration/tasks/file-rows.js';
import { RetireTask } from '../../../src/migration/tasks/retire.task.js';
import { bytesContent } from '../../../src/storage/content.js';
import { META } from '../../contracts/storage-samples.js';
import { byClock } from '../../kit/by-clock.js';
import { CertificateStore, type SeededFile } from '../../kit/certificate-store.js';
import { type CommandResult, OperatorCommand } from '../../kit/operator-command.js';

let store: CertificateStore;
let file: SeededFile;
const run = (...args: string[]): Promise<CommandResult> =>
  OperatorCommand.run([...args, '--json'], store.folder, store.env);
const retire = (...args: string[]) => run('retire', '--execute', '--yes', '--older-than-days', '0', ...args);
const s3 = () => store.bucket.backend();
const codes = ({ json }: CommandResult) => json.errors.map(({ code }: { code: string }) => code);

let checked: SeededFile[];
beforeAll(async () => {
  store = await CertificateStore.create();
  checked = await store.seed(9);
  await run('migrate');
  await run('validate', '--all');
  for (const row of (await store.rows()).values()) expect(row['s3_verified_at']).toBeInstanceOf(Date);
  await store.pool.query('CREATE TABLE checked_files AS SELECT * FROM certificate_files');
}, 120_000);
afterAll(() => store.close());

/** A file in S3, read there by a check; its row then no longer fits it, so that whoever reads it again must say so. */
beforeEach(async () => {
  file = checked.pop() as SeededFile;
  await store.pool.query('DELETE FROM certificate_files');
  await store.pool.query('INSERT INTO certificate_files SELECT * FROM checked_files WHERE key = $1', [
    file.key,
  ]);
  await store.pool.query('UPDATE certificate_files SET sha256 = $1', ['0'.repeat(64)]);
});

describe('retire:certs', () => {
  it('reads every copy in S3 whole, however lately it was read', async () => {
    expect(codes(await retire())).toEqual(['s3_corrupt']);
    // As it is where the database's clock is ahead of this machine's, or was.
    await store.pool.query("UPDATE certificate_files SET s3_verified_at = now() + interval '1 day'");
    expect(codes(await retire())).toEqual(['s3_corrupt']);
    expect(codes(await retire('--verified-within-days', '1'))).toEqual(['s3_corrupt']);
    expect(existsSync(store.pathOf(file.key))).toBe(true);
  });

  it('does not read again what was read within the days it is told', async () => {
    expect((await retire('--verified-within-days', '1')).json).toMatchObject({ retired: 1, failed: 0 });
    expect(existsSync(store.pathOf(file.key))).toBe(false);
  });

  it('reads again what was read longer ago, or never', async () => {
    const at = (when: string) => store.pool.query(`UPDATE certificate_files SET s3_verified_at = ${when}`);
    await at(`now() - interval '25 hours'`);
    expect(codes(await retire('--verified-within-days', '1'))).toEqual(['s3_corrupt']);
    await at('NULL');
    expect(codes(await retire('--verified-within-days', '1'))).toEqual(['s3_corrupt']);
  });

  it('counts the days by the clock of the database', async () => {
    await store.pool.query("UPDATE certificate_files SET s3_verified_at = now() - interval '25 hours'");
    const options = { olderThanDays: 0, verifiedWithinDays: 1, archive: false };
    const task = new RetireTask(store.pool, { local: {} as never, s3: s3() }, options); // its copy in S3 comes first
    const [item] = (await task.page('', 1)) as [FileRow];
    const retired = byClock(-2 * 3_600_000, () => task.process(item));
    await expect(retired).rejects.toMatchObject({ code: 's3_corrupt' });
  });

  it('reads what was replaced since, and misses what went since', async () => {
    await s3().delete(file.key);
    expect(codes(await retire('--verified-within-days', '1'))).toEqual(['s3_missing']);
    await s3().put(file.key, bytesContent(Buffer.from(file.bytes).reverse()), META);
    expect(codes(await retire('--verified-within-days', '1'))).toEqual(['s3_corrupt']);
    expect(existsSync(store.pathOf(file.key))).toBe(true);
  });

  it('retires nothing while the disk of MEDIA_ROOT is not mounted', async () => {
    const folder = dirname(store.pathOf(file.key));
    renameSync(folder, `${folder}-away`);
    const { json } = await retire('--verified-within-days', '1');
    renameSync(`${folder}-away`, folder);
    expect([json.retired, json.errors[0].code]).toEqual([0, 'misconfigured']);
    expect((await store.rows()).get(file.key)?.['stored_locally_at']).toBeInstanceOf(Date);
  });

  it('leaves the files of deleted certificates to the erasure', async () => {
    await store.pool.query('UPDATE certificates SET deleted_at = now() WHERE id = $1', [file.certificateId]);
    expect((await retire('--archive')).json).toMatchObject({ total: 1, retired: 0, skipped: 1 });
    expect(existsSync(store.pathOf(file.key))).toBe(true);
  });

  it('does not take the local copy off a row that no longer knows one in S3', async () => {
    const options = { olderThanDays: 0, verifiedWithinDays: 0, archive: false };
    const task = new RetireTask(store.pool, {} as never, options); // commit() asks no store
    const [item] = (await task.page('', 1)) as [FileRow];
    await store.pool.query('UPDATE certificate_files SET migrated_to_s3_at = NULL');
    const tx = await store.pool.connect();
    const written = await task.commit(tx, [{ item, change: { read: true } }]);
    tx.release();
    expect([written.size, (await store.rows()).get(file.key)?.['stored_locally_at']]).toEqual([
      0,
      expect.any(Date),
    ]);
  });

  it('takes no part of a day', async () => {
    const { code, json } = await retire('--verified-within-days', '0.5');
    expect([code, json.error.code]).toEqual([2, 'bad_usage']);
  });
});
