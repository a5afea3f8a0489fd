import type pg from 'pg';
import type { StorageBackend } from '../../storage/storage-backend.js';
import { StorageError, unlessMissing } from '../../storage/storage.errors.js';
import { parseKey } from '../../storage/storage-key.js';

/** Of this many files, from all over the store, one is enough to recognize the bucket. */
const LOOKED_AT = 20;

/**
 * Checks that this is the bucket of the rows, which don't name it. S3 answers the deletion of what is not there like any
 * other: in another bucket an erasure would find everything gone, and the files would stay where they are. And a
 * migration would move files to where the service does not look.
 *
 * @param options.localToo looks only for files that have a local copy, too: where a bucket was lost, their rows can be put
 *   right, and those of the others can't
 * @throws StorageError `misconfigured` where the bucket has none of the files that are recorded in S3, or any outage code
 */
export async function assertOwnBucket(
  pool: pg.Pool,
  s3: StorageBackend,
  { localToo = false } = {},
): Promise<void> {
  const { rows } = await pool.query<{ key: string }>(
    `SELECT key FROM certificate_files JOIN certificates ON id = certificate_id
     WHERE migrated_to_s3_at IS NOT NULL AND deleted_at IS NULL AND (stored_locally_at IS NOT NULL OR NOT $2)
     ORDER BY random() LIMIT $1`,
    [LOOKED_AT, localToo],
  );
  for (const { key } of rows) if (await unlessMissing(s3.stat(parseKey(key)))) return;
  if (rows.length === 0) return;
  const message = `the bucket has none of ${rows.length} other files that should be in S3: is AWS_STORAGE_BUCKET_NAME right?`;
  throw new StorageError('misconfigured', message, { operation: 'stat', backend: s3.name });
}
