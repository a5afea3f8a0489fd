import type pg from 'pg';
import { objectMeta } from '../../certificates/object-meta.js';
import type { StorageBackend } from '../../storage/storage-backend.js';
import { archiveKey } from '../../storage/storage-key.js';
import { type Done, ItemFailure, type Outcome, type Task } from '../engine/task.js';
import { type FileRow, FileRows } from './file-rows.js';
import { localCopy } from './local-copy.js';
import { s3Copy } from './s3-copy.js';

/**
 * Removes local copies of files that are in S3.
 *
 * | in S3, read now | local copy | then | because |
 * |---|---|---|---|
 * | missing, corrupt, archived, not answering | | failed, by that code | nothing goes that was not verified just now |
 * | right | there | removed, or first copied to `_archive/` | |
 * | right | gone already | retired | an earlier run was killed before it wrote the row |
 *
 * The file goes before its row says so: a kill in between leaves a row that promises a local copy, and reading then
 * falls back to S3. The other order would leave a file that nobody knows of.
 */
export class RetireTask implements Task<FileRow, null> {
  readonly name = 'retire';
  readonly #rows: FileRows;

  /** @param options.olderThanDays least time since the file came to S3 @param options.archive keep a copy under `_archive/` */
  constructor(
    pool: pg.Pool,
    private readonly stores: { local: StorageBackend; s3: StorageBackend },
    private readonly options: { olderThanDays: number; archive: boolean },
  ) {
    this.#rows = new FileRows(
      pool,
      `f.stored_locally_at IS NOT NULL AND f.migrated_to_s3_at <= now() - make_interval(days => $1)`,
      [options.olderThanDays],
    );
  }

  count(): Promise<number> {
    return this.#rows.count();
  }

  page(after: string, limit: number): Promise<FileRow[]> {
    return this.#rows.page(after, limit);
  }

  async process(file: FileRow): Promise<Outcome<null>> {
    await s3Copy(this.stores.s3, file);
    if (this.options.archive) await this.#archive(file);
    await this.stores.local.delete(file.key);
    return { kind: 'done', change: null };
  }

  async commit(tx: pg.PoolClient, done: Done<FileRow, null>[]): Promise<Set<string>> {
    const { rows } = await tx.query<{ key: string }>(
      `UPDATE certificate_files SET stored_locally_at = NULL, last_verified_at = now()
       WHERE key = ANY($1) AND stored_locally_at IS NOT NULL AND migrated_to_s3_at IS NOT NULL RETURNING key`,
      [done.map(({ item }) => item.key)],
    );
    return new Set(rows.map(({ key }) => key));
  }

  async probe(): Promise<void> {
    await this.stores.s3.probe();
    await this.stores.local.probe();
  }

  async #archive(file: FileRow): Promise<void> {
    try {
      const content = await localCopy(this.stores.local, file);
      await this.stores.s3.put(archiveKey(file.key), content, objectMeta(file, file.format));
    } catch (error) {
      // Gone already: an earlier run archived it before it removed it.
      if (!(error instanceof ItemFailure && error.code === 'local_missing')) throw error;
    }
  }
}
