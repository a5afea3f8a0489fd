import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readKey } from '../../contracts/storage-samples.js';
import { CertificateStore, type SeededFile } from '../../kit/certificate-store.js';
import { type CommandResult, OperatorCommand } from '../../kit/operator-command.js';

/** What runbooks/older-database.md promises of the commands: the rows are of yesterday, disk and bucket of today. */
let store: CertificateStore;
const run = (...args: string[]): Promise<CommandResult> =>
  OperatorCommand.run([...args, '--json'], store.folder, store.env);

beforeAll(async () => {
  store = await CertificateStore.create();
}, 120_000);
afterAll(() => store.close());

const found = async (): Promise<Map<string, string>> => {
  const { json } = await run('validate', '--all');
  return new Map(json.errors.map((error: { key: string; code: string }) => [error.key, error.code]));
};
/** Sets a file's row back to what it said yesterday. */
const yesterday = (change: string, { key }: SeededFile) =>
  store.pool.query(`UPDATE certificate_files SET ${change} WHERE key = $1`, [key]);

it('takes up what was moved since, and brings back what was issued since', async () => {
  const files = await store.seed(5);
  const [uploaded, restored, retired, uploadedAndRetired, issued] = files as [
    SeededFile,
    SeededFile,
    SeededFile,
    SeededFile,
    SeededFile,
  ];
  await run('migrate');
  const notInS3 = 'migrated_to_s3_at = NULL, s3_etag = NULL, s3_version_id = NULL';
  await yesterday(notInS3, uploaded);
  await yesterday('stored_locally_at = NULL', restored);
  store.loseLocal(retired.key);
  await yesterday(notInS3, uploadedAndRetired);
  store.loseLocal(uploadedAndRetired.key);
  const { rows } = await store.pool.query<{ code: string }>(
    `WITH gone AS (DELETE FROM certificate_files WHERE certificate_id = $1)
     DELETE FROM certificates WHERE id = $1 RETURNING verification_code AS code`,
    [issued.certificateId],
  );
  const code = rows[0]?.code as string;
  expect(await found()).toEqual(
    new Map([
      [uploaded.key, 's3_unrecorded'],
      [restored.key, 'local_unrecorded'],
      [retired.key, 'local_missing'],
      [uploadedAndRetired.key, 'local_missing'],
      [issued.key, 'local_orphan'],
    ]),
  );

  await run('migrate');
  await run('restore');
  expect(await found()).toEqual(
    new Map([
      [uploadedAndRetired.key, 'local_missing'],
      [issued.key, 'local_orphan'],
    ]),
  );
  store.overwrite(uploadedAndRetired.key, await readKey(store.bucket.backend(), uploadedAndRetired.key));
  await run('migrate');
  expect(await found()).toEqual(new Map([[issued.key, 'local_orphan']]));

  const manifest = join(store.folder, 'issued-since.csv');
  writeFileSync(
    manifest,
    'verification_code,certificate_type,tournament_id,generated_at,file_pdf,participant_id,display_name\n' +
      `${code},participant,1,2024-05-06,${issued.key},p,Judit Polgár\n`,
  );
  const mediaRoot = store.config.storage.mediaRoot;
  expect((await run('import', '--media-root', mediaRoot, '--manifest', manifest)).code).toBe(0);
  store.loseLocal(issued.key);
  await store.bucket.backend().delete(issued.key);
  expect(await found()).toEqual(new Map());
  const back = await store.pool.query<{ key: string }>(
    'SELECT key FROM certificate_files JOIN certificates c ON c.id = certificate_id WHERE verification_code = $1',
    [code],
  );
  expect(back.rows.map(({ key }) => store.read(key).equals(issued.bytes))).toEqual([true]);
}, 60_000);
