import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readKey } from '../../contracts/storage-samples.js';
import { CertificateStore } from '../../kit/certificate-store.js';
import { OperatorCommand } from '../../kit/operator-command.js';
import { ServerProcess } from '../../services/index.js';

let store: CertificateStore;
const workers: ServerProcess[] = [];

beforeAll(async () => {
  store = await CertificateStore.create();
}, 120_000);
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  await store.close();
});

it('migrate:certs --queue shares the files among workers, survives the death of one, and adds up', async () => {
  const files = await store.seed(120);
  const [missing, deleted] = files as [(typeof files)[0], (typeof files)[0]];
  store.loseLocal(missing.key);
  await store.pool.query('UPDATE certificates SET deleted_at = now() WHERE id = $1', [deleted.certificateId]);
  for (const name of ['worker-1', 'worker-2']) {
    const command = [process.execPath, join(__dirname, '../../../dist/worker.js')];
    workers.push(ServerProcess.start(name, store.folder, command, store.env));
  }
  const run = OperatorCommand.start(
    ['migrate', '--queue', '--json', '--batch-size', '15'],
    store.folder,
    store.env,
  );
  for (;;) {
    const { rows } = await store.pool.query(
      'SELECT 1 FROM certificate_files WHERE migrated_to_s3_at IS NOT NULL',
    );
    if (rows.length > 0) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await workers[0]?.stop('SIGKILL');
  const { code, json } = await run.result();
  expect([code, json.total, json.migrated, json.skipped, json.failed]).toEqual([1, 120, 118, 1, 1]);
  expect(json.errors).toEqual([expect.objectContaining({ key: missing.key, code: 'local_missing' })]);
  const s3 = store.bucket.backend();
  for (const { key, bytes } of files.slice(2)) expect((await readKey(s3, key)).equals(bytes)).toBe(true);
}, 120_000);
