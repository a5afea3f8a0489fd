import type pg from 'pg';
import { objectMeta } from '../../certificates/object-meta.js';
import type { StorageBackend } from '../../storage/storage-backend.js';
import type { Done, Outcome, Task } from '../engine/task.js';
import { type FileRow, FileRows, type Narrowed } from './file-rows.js';
import { withLocalCopy } from './local-copy.js';
import { assertMediaRoot } from './media-root.js';
import { assertOwnBucket } from './own-bucket.js';

export interface S3Copy {
  etag: string | undefined;
  versionId: string | undefined;
}

/**
 * Copies every local file to S3.
 *
 * | certificate | local copy | in S3 under the key | then | because |
 * |---|---|---|---|---|
 * | deleted | | | skipped | it is to be erased, not spread |
 * | any other, revoked too | missing, corrupt, unreadable | | failed, by that code | nothing wrong reaches S3 |
 * | | right | nothing | uploaded | |
 * | | right | the same bytes | adopted | an earlier run was killed before it wrote the row |
 * | | right | other bytes | failed, `conflict` | nothing in S3 is overwritten |
 */
export class MigrateTask implements Task<FileRow, S3Copy> {
  readonly name = 'migrate';
  readonly #rows: FileRows;

  /**
   * @param options.through the last key to process
   * @param options.mediaRoot where the local files are, to be checked before the first
   */
  constructor(
    private readonly pool: pg.Pool,
    private readonly stores: { local: StorageBackend; s3: StorageBackend },
    private readonly options: Narrowed & { through?: string; mediaRoot?: string | undefined } = {},
  ) {
    const open = 'f.migrated_to_s3_at IS NULL AND f.stored_locally_at IS NOT NULL';
    const { through } = options;
    this.#rows =
      through === undefined
        ? new FileRows(pool, open, [], options)
        : new FileRows(pool, `${open} AND f.key <= $1`, [through], options);
  }

  count(): Promise<number> {
    return this.#rows.count();
  }

  async ready(): Promise<void> {
    const { mediaRoot } = this.options;
    if (mediaRoot !== undefined) await assertMediaRoot(mediaRoot);
    await assertOwnBucket(this.pool, this.stores.s3, { localToo: true });
  }

  page(after: string, limit: number): Promise<FileRow[]> {
    return this.#rows.page(after, limit);
  }

  async process(file: FileRow): Promise<Outcome<S3Copy>> {
    if (file.deletedAt) return { kind: 'skipped', reason: 'its certificate is deleted' };
    const { created, etag, versionId } = await withLocalCopy(this.stores.local, file, (content) =>
      this.stores.s3.put(file.key, content, objectMeta(file, file.format)),
    );
    return {
      kind: 'done',
      change: { etag, versionId },
      ...(!created && { note: 'adopted: the same bytes were there' }),
    };
  }

  async commit(tx: pg.PoolClient, done: Done<FileRow, S3Copy>[]): Promise<Set<string>> {
    const { rows } = await tx.query<{ key: string }>(
      `UPDATE certificate_files f
         SET migrated_to_s3_at = now(), s3_etag = copy.etag, s3_version_id = copy.version_id, s3_owed_since = NULL
       FROM unnest($1::text[], $2::text[], $3::text[]) AS copy(key, etag, version_id)
       WHERE f.key = copy.key AND f.migrated_to_s3_at IS NULL
       RETURNING f.key`,
      [
        done.map(({ item }) => item.key),
        done.map(({ change }) => change.etag),
        done.map(({ change }) => change.versionId),
      ],
    );
    return new Set(rows.map(({ key }) => key));
  }

  probe(): Promise<void> {
    return this.stores.s3.probe();
  }
}
