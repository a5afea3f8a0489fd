import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Erasure } from '../../../src/migration/jobs/erasure.js';
import type { JobQueue } from '../../../src/queue/job-queue.js';
import { bytesContent } from '../../../src/storage/content.js';
import { createBackends } from '../../../src/storage/storage-backends.js';
import { Storage } from '../../../src/storage/storage.js';
import { archiveKey } from '../../../src/storage/storage-key.js';
import { SILENT_OBSERVER } from '../../../src/storage/storage-observer.js';
import { TestBucket } from '../../contracts/s3-buckets.js';
import { META } from '../../contracts/storage-samples.js';
import { CertificateStore, type SeededFile } from '../../kit/certificate-store.js';
import { type CommandResult, OperatorCommand } from '../../kit/operator-command.js';
import { FaultProxy, services } from '../../services/index.js';

const NAME = 'Judit Polgár';
let proxy: FaultProxy;
let store: CertificateStore;
let file: SeededFile;

beforeAll(async () => {
  const { endpoint } = await services.radosgw();
  proxy = await FaultProxy.to(endpoint);
  store = await CertificateStore.create({ endpoint: proxy.url(endpoint), versioned: true });
}, 120_000);
afterAll(async () => {
  await store.close();
  await proxy.close();
});
beforeEach(async () => {
  [file] = (await store.seed(1)) as [SeededFile];
  await run('migrate');
});

const run = (...args: string[]): Promise<CommandResult> =>
  OperatorCommand.run([...args, '--json'], store.folder, store.env);
const erase = (...args: string[]) => run('erase', '--execute', ...args);
const deletedFor = (days: number) =>
  store.pool.query(
    `UPDATE certificates SET deleted_at = now() - make_interval(days => $2), revoked_reason = $3 WHERE id = $1`,
    [file.certificateId, days, `asked for by ${NAME}`],
  );
const certificate = async () =>
  (await store.pool.query('SELECT * FROM certificates WHERE id = $1', [file.certificateId])).rows[0];
const versions = async () => {
  const listed = await store.bucket.admin.send(
    new ListObjectVersionsCommand({ Bucket: store.bucket.name, Prefix: file.key }),
  );
  return (listed.Versions?.length ?? 0) + (listed.DeleteMarkers?.length ?? 0);
};

describe('erase:certs', () => {
  it('leaves what was deleted less than 30 days ago, and what was not deleted', async () => {
    expect((await erase()).json).toMatchObject({ total: 0 });
    await deletedFor(29);
    const { code, json } = await erase();
    expect([code, json.total]).toEqual([0, 0]);
    expect((await certificate()).display_name).toBe(NAME);
  });

  it('only says what it would do without --execute', async () => {
    await deletedFor(31);
    const { code, json } = await run('erase');
    expect([code, json]).toEqual([
      0,
      expect.objectContaining({ dry_run: true, total: 1, erased: 1, failed: 0, bytes: file.bytes.length }),
    ]);
    expect([
      (await certificate()).display_name,
      existsSync(store.pathOf(file.key)),
      await versions(),
    ]).toEqual([NAME, true, 1]);
    await erase();
  });

  it('removes every version, the local file and what names a person, and leaves a receipt without it', async () => {
    await deletedFor(31);
    const retired = archiveKey(file.key);
    await store.bucket.backend().put(retired, bytesContent(file.bytes), META);
    const { code, json, stderr } = await erase();
    await expect(store.bucket.backend().stat(retired)).rejects.toMatchObject({ code: 'not_found' });
    expect([code, json]).toEqual([
      0,
      expect.objectContaining({ total: 1, erased: 1, failed: 0, errors: [] }),
    ]);
    expect([existsSync(store.pathOf(file.key)), await versions()]).toEqual([false, 0]);
    expect(await certificate()).toMatchObject({
      display_name: null,
      participant_id: null,
      user_id: null,
      revoked_reason: null,
      erased_at: expect.any(Date),
    });
    expect((await store.rows()).has(file.key)).toBe(false);
    const { rows } = await store.pool.query('SELECT * FROM erasure_receipts WHERE certificate_id = $1', [
      file.certificateId,
    ]);
    const size = file.bytes.length;
    expect(rows).toEqual([
      expect.objectContaining({
        removed_files: [{ key: file.key, size, sha256: expect.any(String), local: true, s3: true }],
        erased_fields: ['display_name', 'participant_id', 'user_id', 'revoked_reason'],
      }),
    ]);
    expect(JSON.stringify(rows) + stderr).not.toContain(NAME);
    expect((await erase()).json).toMatchObject({ total: 0 });
  });

  it('keeps everything where S3 does not answer, and does it the next time', async () => {
    await deletedFor(31);
    proxy.set({ kind: 'refuse' });
    const { code, json } = await erase();
    expect([code, json.erased, json.errors]).toEqual([
      2,
      0,
      [expect.objectContaining({ certificate_id: file.certificateId, code: 'unavailable' })],
    ]);
    expect((await certificate()).display_name).toBe(NAME);
    proxy.set({ kind: 'none' });
    expect((await erase()).json).toMatchObject({ erased: 1 });
    expect(await versions()).toBe(0);
  });

  it('erases nothing in another bucket than that of the rows', async () => {
    await store.seed(1);
    await run('migrate');
    await deletedFor(31);
    const other = await TestBucket.on(store.bucket.server);
    const { code, json } = await OperatorCommand.run(['erase', '--execute', '--json'], store.folder, {
      ...store.env,
      AWS_STORAGE_BUCKET_NAME: other.name,
    });
    expect([code, json.erased, json.errors]).toEqual([
      2,
      0,
      [
        expect.objectContaining({
          code: 'misconfigured',
          detail: expect.stringContaining('AWS_STORAGE_BUCKET_NAME'),
        }),
      ],
    ]);
    expect([(await certificate()).display_name, await versions()]).toEqual([NAME, 1]);
    expect((await erase()).json).toMatchObject({ erased: 1 });
  });

  it.each(['no bucket', 'another bucket'])(
    'erases nothing with %s while a copy is owed: it may be there',
    async (what) => {
      await store.seed(1);
      await run('migrate');
      await store.pool.query(
        'UPDATE certificate_files SET migrated_to_s3_at = NULL, s3_owed_since = now() WHERE key = $1',
        [file.key],
      );
      await deletedFor(31);
      const name = what === 'no bucket' ? '' : (await TestBucket.on(store.bucket.server)).name;
      const { code, json } = await OperatorCommand.run(['erase', '--execute', '--json'], store.folder, {
        ...store.env,
        AWS_STORAGE_BUCKET_NAME: name,
      });
      expect([code, json.erased, json.errors]).toMatchObject([2, 0, [{ code: 'misconfigured' }]]);
      expect([(await certificate()).display_name, await versions()]).toEqual([NAME, 1]);
      expect((await erase()).json).toMatchObject({ erased: 1 });
      expect(await versions()).toBe(0);
    },
  );

  it('erases nothing while the disk of MEDIA_ROOT is not mounted, though others were issued without it', async () => {
    await deletedFor(31);
    const { mediaRoot } = store.config.storage;
    renameSync(mediaRoot, `${mediaRoot}-away`);
    mkdirSync(join(mediaRoot, 'pdf/2026/11'), { recursive: true });
    const { code, json } = await erase();
    rmSync(mediaRoot, { recursive: true });
    renameSync(`${mediaRoot}-away`, mediaRoot);
    expect([code, json.erased, json.errors]).toEqual([
      2,
      0,
      [expect.objectContaining({ code: 'misconfigured', detail: expect.stringContaining('mounted?') })],
    ]);
    expect([(await certificate()).display_name, existsSync(store.pathOf(file.key))]).toEqual([NAME, true]);
    expect((await erase()).json).toMatchObject({ erased: 1 });
    expect(existsSync(store.pathOf(file.key))).toBe(false);
  });

  it('is done by the worker every day, on record, and where nothing is due without one', async () => {
    const backends = createBackends(store.config.storage, SILENT_OBSERVER);
    const storage = new Storage(store.config.storage.mode, backends, SILENT_OBSERVER);
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: store.env['AWS_ACCESS_KEY_ID'],
      AWS_SECRET_ACCESS_KEY: store.env['AWS_SECRET_ACCESS_KEY'],
    });
    // run() asks nothing of the queue
    const erasure = new Erasure(undefined as unknown as JobQueue, store.pool, storage, backends);
    const records = async () =>
      (
        await store.pool.query(
          `SELECT state, done FROM migration_runs WHERE task = 'erase' AND options @> '{"scheduled": true}'`,
        )
      ).rows;
    await erasure.run(new AbortController().signal);
    expect(await records()).toEqual([]);
    await deletedFor(31);
    await erasure.run(new AbortController().signal);
    expect(await records()).toEqual([{ state: 'finished', done: 1 }]);
    expect([(await certificate()).display_name, await versions()]).toEqual([null, 0]);
    await storage.close();
  });
});
