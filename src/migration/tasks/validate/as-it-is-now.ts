import type pg from 'pg';
import type { StorageBackend } from '../../../storage/storage-backend.js';
import { unlessMissing } from '../../../storage/storage.errors.js';
import type { StorageKey } from '../../../storage/storage-key.js';
import { findFileRow } from '../file-rows.js';
import { localFailure } from '../local-copy.js';
import type { Entry } from './merged.js';

/** The entry as it is now: rows and listings are not of the same moment. @throws ItemFailure `local_unreadable` */
export async function asItIsNow(
  pool: pg.Pool,
  stores: { local: StorageBackend; s3: StorageBackend },
  { key, ...rest }: Entry,
): Promise<Entry> {
  // First: the issue that removes the note writes the row, and asked later the one would be gone, the other not there yet.
  const pending = await pool.query('SELECT 1 FROM pending_files WHERE key = $1', [key]);
  const [row, local, s3] = await Promise.all([
    findFileRow(pool, key),
    unlessMissing(stores.local.stat(key as StorageKey)).catch((error: unknown) => {
      throw localFailure(error);
    }),
    unlessMissing(stores.s3.stat(key as StorageKey)),
  ]);
  // Being issued at this moment, or left by a crash and known to the sweep.
  if (!row && pending.rows.length > 0) return { ...rest, key, row, local: undefined, s3: undefined };
  return { ...rest, key, row, local, s3 };
}
