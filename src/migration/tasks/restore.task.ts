import type pg from 'pg';
import { objectMeta } from '../../certificates/object-meta.js';
import type { StorageBackend } from '../../storage/storage-backend.js';
import { type Done, ItemFailure, type Outcome, type Task } from '../engine/task.js';
import { type FileRow, FileRows, type Narrowed } from './file-rows.js';
import { withLocalCopy } from './local-copy.js';
import { s3Copy } from './s3-copy.js';

/**
 * Copies every file in S3 back to disk, for a rollback.
 *
 * | row says local | on disk | in S3 | then | because |
 * |---|---|---|---|---|
 * | yes | the right bytes | | skipped | it was never away |
 * | yes | other bytes | | failed, `local_corrupt` | nothing on disk is overwritten |
 * | yes | what can't be read | | failed, `local_unreadable` | the same |
 * | yes or no | nothing | the right bytes | restored | |
 * | no | the same bytes | the right bytes | restored | an earlier run was killed before it wrote the row |
 * | no | other bytes | the right bytes | failed, `conflict` | nothing on disk is overwritten |
 * | yes or no | nothing | missing, corrupt, archived | failed, by that code | |
 */
export class RestoreTask implements Task<FileRow, null> {
  readonly name = 'restore';
  readonly #rows: FileRows;

  constructor(
    pool: pg.Pool,
    private readonly stores: { local: StorageBackend; s3: StorageBackend },
    options: Narrowed = {},
  ) {
    this.#rows = new FileRows(pool, 'f.migrated_to_s3_at IS NOT NULL', [], options);
  }

  count(): Promise<number> {
    return this.#rows.count();
  }

  page(after: string, limit: number): Promise<FileRow[]> {
    return this.#rows.page(after, limit);
  }

  async process(file: FileRow): Promise<Outcome<null>> {
    if (file.deletedAt) return { kind: 'skipped', reason: 'its certificate is deleted' };
    if (file.storedLocallyAt && (await this.#isThere(file))) {
      return { kind: 'skipped', reason: 'it is on disk' };
    }
    const content = await s3Copy(this.stores.s3, file);
    const { created } = await this.stores.local.put(file.key, content, objectMeta(file, file.format));
    return { kind: 'done', change: null, ...(!created && { note: 'adopted: the same bytes were there' }) };
  }

  async commit(tx: pg.PoolClient, done: Done<FileRow, null>[]): Promise<Set<string>> {
    const { rows } = await tx.query<{ key: string }>(
      `UPDATE certificate_files SET stored_locally_at = now(), s3_verified_at = now()
       WHERE key = ANY($1) AND migrated_to_s3_at IS NOT NULL RETURNING key`,
      [done.map(({ item }) => item.key)],
    );
    return new Set(rows.map(({ key }) => key));
  }

  async probe(): Promise<void> {
    await this.stores.s3.probe();
    await this.stores.local.probe();
  }

  /** Read whole: a copy of the right size with other bytes is no copy to go back to. */
  async #isThere(file: FileRow): Promise<boolean> {
    try {
      return await withLocalCopy(this.stores.local, file, async () => true);
    } catch (error) {
      if (error instanceof ItemFailure && error.code === 'local_missing') return false;
      throw error;
    }
  }
}
