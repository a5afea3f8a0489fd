import type pg from 'pg';
import { objectMeta } from '../../certificates/object-meta.js';
import type { StorageBackend } from '../../storage/storage-backend.js';
import { archiveKey } from '../../storage/storage-key.js';
import { type Done, ItemFailure, type Outcome, type Task } from '../engine/task.js';
import { type FileRow, FileRows } from './file-rows.js';
import { withLocalCopy } from './local-copy.js';
import { isUnchangedInS3, s3Copy } from './s3-copy.js';

const DAY_SECONDS = 86_400;

/**
 * Removes local copies of files that are in S3.
 *
 * | certificate | in S3 | local copy | then | because |
 * |---|---|---|---|---|
 * | deleted | | | skipped | it is to be erased, not archived |
 * | any other | missing, corrupt, archived, not answering | | failed, by that code | nothing is removed that was not verified |
 * | | right | there | removed, or first copied to `_archive/` | |
 * | | right | gone already | retired | an earlier run was killed before it wrote the row |
 * | | right | gone with its folder | failed, `misconfigured` | its disk is not mounted, and the file may be there |
 *
 * The copy in S3 is read whole, now; or, where the operator allows it and a check read it whole a short time ago, it is
 * only asked whether it is still there, unchanged.
 *
 * The file goes before its row says so: a kill in between leaves a row that promises a local copy, and reading then
 * falls back to S3. The other order would leave a file that nobody knows of.
 */
export class RetireTask implements Task<FileRow, { read: boolean }> {
  readonly name = 'retire';
  readonly #rows: FileRows;

  /**
   * @param options.olderThanDays minimum time since the file was copied to S3
   * @param options.verifiedWithinDays how long a check of the S3 copy is valid; 0: every copy is read now
   * @param options.archive keep a copy under `_archive/`
   */
  constructor(
    pool: pg.Pool,
    private readonly stores: { local: StorageBackend; s3: StorageBackend },
    private readonly options: { olderThanDays: number; verifiedWithinDays: number; archive: boolean },
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

  async process(file: FileRow): Promise<Outcome<{ read: boolean }>> {
    if (file.deletedAt) return { kind: 'skipped', reason: 'its certificate is deleted' };
    const read = !(this.#wasVerified(file) && (await isUnchangedInS3(this.stores.s3, file)));
    if (read) await s3Copy(this.stores.s3, file);
    if (this.options.archive) await this.#archive(file);
    await this.stores.local.delete(file.key, { recorded: true });
    return { kind: 'done', change: { read } };
  }

  async commit(tx: pg.PoolClient, done: Done<FileRow, { read: boolean }>[]): Promise<Set<string>> {
    const { rows } = await tx.query<{ key: string }>(
      `UPDATE certificate_files f SET stored_locally_at = NULL,
         last_verified_at = CASE WHEN retired.read THEN now() ELSE f.last_verified_at END,
         s3_verified_at = CASE WHEN retired.read THEN now() ELSE f.s3_verified_at END
       FROM unnest($1::text[], $2::bool[]) AS retired(key, read)
       WHERE f.key = retired.key AND f.stored_locally_at IS NOT NULL AND f.migrated_to_s3_at IS NOT NULL
       RETURNING f.key`,
      [done.map(({ item }) => item.key), done.map(({ change }) => change.read)],
    );
    return new Set(rows.map(({ key }) => key));
  }

  async probe(): Promise<void> {
    await this.stores.s3.probe();
    await this.stores.local.probe();
  }

  #wasVerified({ s3VerifiedAgo: ago }: FileRow): boolean {
    // A check in the future proves nothing: the clock was set back.
    return ago !== null && ago >= 0 && ago < this.options.verifiedWithinDays * DAY_SECONDS;
  }

  async #archive(file: FileRow): Promise<void> {
    try {
      await withLocalCopy(this.stores.local, file, (content) =>
        this.stores.s3.put(archiveKey(file.key), content, objectMeta(file, file.format)),
      );
    } catch (error) {
      // Gone already: an earlier run archived it before it removed it.
      if (!(error instanceof ItemFailure && error.code === 'local_missing')) throw error;
    }
  }
}
