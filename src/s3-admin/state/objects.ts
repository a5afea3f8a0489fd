import type { ColumnValues } from './column-values.js';
import type { Database } from './database.js';
import type { ObjectState } from './object-states.js';
import { type NewObject, type ObjectPlace, type ObjectRow, ROW_COLUMNS, toObjectRow } from './object-row.js';
import { walkObjects } from './walk-objects.js';

/** By its index, named because SQLite would rather walk the bucket. */
const WRONG_ONLY_COPY =
  "objects INDEXED BY objects_wrong WHERE bucket_id = ? AND error IS NOT NULL AND state IN ('kept', 'deleted')";

/** The `objects` table. Every walk goes along the primary key, so that nothing is held in memory. */
export class Objects {
  constructor(private readonly database: Database) {}

  /** Rows of whole keys after one and up to and with another; null is the bucket's start or end. */
  between(bucketId: number, afterKey: string | null, untilKey: string | null): ObjectRow[] {
    return this.database
      .prepare(
        `SELECT ${ROW_COLUMNS} FROM objects WHERE bucket_id = ? AND key > ? ${untilKey === null ? '' : 'AND key <= ?'} ORDER BY key, version`,
      )
      .all([bucketId, Buffer.from(afterKey ?? ''), ...(untilKey === null ? [] : [Buffer.from(untilKey)])])
      .map(toObjectRow);
  }

  /** The key that many rows after this one, where there is one up to and with the other. */
  keyAfter(
    bucketId: number,
    afterKey: string | null,
    untilKey: string | null,
    rows: number,
  ): string | undefined {
    const row = this.database
      .prepare(
        `SELECT key FROM objects WHERE bucket_id = ? AND key > ? ${untilKey === null ? '' : 'AND key <= ?'} ORDER BY key LIMIT 1 OFFSET ?`,
      )
      .get([
        bucketId,
        Buffer.from(afterKey ?? ''),
        ...(untilKey === null ? [] : [Buffer.from(untilKey)]),
        rows,
      ]);
    return row === undefined ? undefined : Buffer.from((row as { key: ArrayBuffer }).key).toString();
  }

  /** Every row of a bucket in one of these states, in key order, a page at a time; rows may change while walking. */
  walk(bucketId: number, states: readonly ObjectState[], pageSize = 1_000): Generator<ObjectRow[]> {
    return walkObjects(this.database, bucketId, states, pageSize);
  }

  get(bucketId: number, key: string, version: string): ObjectRow | undefined {
    const row = this.database
      .prepare(`SELECT ${ROW_COLUMNS} FROM objects WHERE bucket_id = ? AND key = ? AND version = ?`)
      .get([bucketId, Buffer.from(key), version]);
    return row === undefined ? undefined : toObjectRow(row);
  }

  versionsOf(bucketId: number, key: string): ObjectRow[] {
    return this.database
      .prepare(`SELECT ${ROW_COLUMNS} FROM objects WHERE bucket_id = ? AND key = ?`)
      .all([bucketId, Buffer.from(key)])
      .map(toObjectRow);
  }

  /** Where the copies of every version of these keys lie. */
  placesOf(bucketId: number, keys: string[]): ObjectPlace[] {
    return this.database
      .prepare(
        `SELECT key, version, latest, state, path, moving_from AS movingFrom FROM objects
         WHERE bucket_id = ? AND key IN (SELECT CAST(value AS BLOB) FROM json_each(?))`,
      )
      .all([bucketId, JSON.stringify(keys)])
      .map((raw) => {
        const row = raw as Omit<ObjectPlace, 'key' | 'latest'> & { key: ArrayBuffer; latest: number };
        return { ...row, key: Buffer.from(row.key).toString(), latest: row.latest === 1 };
      });
  }

  /** Rows whose copy lies under a name that is no longer theirs; those that make room first. */
  moving(bucketId: number, limit: number): ObjectRow[] {
    return this.database
      .prepare(
        `SELECT ${ROW_COLUMNS} FROM objects WHERE bucket_id = ? AND moving_from IS NOT NULL ORDER BY latest LIMIT ?`,
      )
      .all([bucketId, limit])
      .map(toObjectRow);
  }

  /** True where other keys begin with this key and a slash. */
  isAlsoFolder(bucketId: number, key: string): boolean {
    return (
      this.database
        .prepare('SELECT 1 FROM objects WHERE bucket_id = ? AND key >= ? AND key < ? LIMIT 1')
        .get([bucketId, Buffer.from(`${key}/`), Buffer.from(`${key}0`)]) !== undefined
    );
  }

  /** The greatest key before this one, or null. */
  keyBefore(bucketId: number, key: string): string | null {
    const row = this.database
      .prepare('SELECT key FROM objects WHERE bucket_id = ? AND key < ? ORDER BY key DESC LIMIT 1')
      .get([bucketId, Buffer.from(key)]) as { key: ArrayBuffer } | undefined;
    return row ? Buffer.from(row.key).toString() : null;
  }

  /** The restore asked for last, of those under way; undefined where none is. */
  latestRestore(): { storageClass: string; tier: string; requestedAt: number } | undefined {
    const row = this.database
      .prepare(
        `SELECT storage_class AS storageClass, restore_tier AS tier, restore_requested_at AS requestedAt
         FROM objects WHERE state = 'restoring' AND bucket_id IN
           (SELECT bucket_id FROM tallies WHERE state = 'restoring' AND files > 0)
         ORDER BY restore_requested_at DESC LIMIT 1`,
      )
      .get([]);
    return row as { storageClass: string; tier: string; requestedAt: number } | undefined;
  }

  insert(bucketId: number, added: NewObject[]): void {
    if (added.length === 0) return;
    const values = added.map(({ object: o, state }) => [
      ...[o.key, o.version, state, o.latest ? 1 : 0, o.size, o.modified, o.etag, o.storageClass],
    ]);
    this.database
      .prepare(
        `INSERT INTO objects (bucket_id, key, version, state, latest, size, modified, etag, storage_class)
         SELECT ?, CAST(value ->> 0 AS BLOB), value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
           value ->> 7 FROM json_each(?)`,
      )
      .run([bucketId, JSON.stringify(values)]);
  }

  /** Sets columns of one row. @throws where the state may not change so */
  update(row: Pick<ObjectRow, 'bucketId' | 'key' | 'version'>, set: ColumnValues): void {
    const columns = Object.keys(set) as (keyof ColumnValues)[];
    this.database
      .prepare(
        `UPDATE objects SET ${columns.map((column) => `${column} = ?`).join(', ')} WHERE bucket_id = ? AND key = ? AND version = ?`,
      )
      .run([
        ...columns.map((column) => set[column] ?? null),
        row.bucketId,
        Buffer.from(row.key),
        row.version,
      ]);
  }

  /** Copies found wrong on disk of what S3 has no more. */
  wrongOnlyCopies(bucketId: number, limit: number): ObjectRow[] {
    return this.database
      .prepare(`SELECT ${ROW_COLUMNS} FROM ${WRONG_ONLY_COPY} ORDER BY key, version LIMIT ?`)
      .all([bucketId, limit])
      .map(toObjectRow);
  }

  countWrongOnlyCopies(bucketId: number): number {
    const row = this.database.prepare(`SELECT count(*) AS n FROM ${WRONG_ONLY_COPY}`);
    return (row.get([bucketId]) as { n: number }).n;
  }

  /**
   * Queues what failed once more, except in buckets that are gone: only the disk can mend that.
   * @param bucketId undefined: in every bucket @returns how many
   */
  retryFailed(bucketId?: number): number {
    const { changes } = this.database
      .prepare(
        `UPDATE objects SET state = CASE WHEN storage_class IN ('GLACIER', 'DEEP_ARCHIVE') THEN 'archived' ELSE 'pending' END
         WHERE state = 'failed' AND bucket_id IN
           (SELECT bucket_id FROM tallies WHERE state = 'failed' AND files > 0 AND (?1 IS NULL OR bucket_id = ?1))
           AND bucket_id IN (SELECT id FROM buckets WHERE gone_at IS NULL)`,
      )
      .run([bucketId ?? null]);
    return changes;
  }

  /** Keeps every copy of a bucket that was gone: what comes to one of that name may be other content under the same keys. */
  keepCopies(bucketId: number): void {
    this.database
      .prepare(
        "UPDATE objects SET state = 'kept' WHERE bucket_id = ? AND proof <> '' AND state NOT IN ('kept', 'deleted')",
      )
      .run([bucketId]);
  }

  /** Every verified object of a bucket that was emptied. */
  recordDeleted(bucketId: number): void {
    this.database
      .prepare("UPDATE objects SET state = 'deleted' WHERE bucket_id = ? AND state = 'verified'")
      .run([bucketId]);
  }

  remove(row: Pick<ObjectRow, 'bucketId' | 'key' | 'version'>): void {
    this.database
      .prepare('DELETE FROM objects WHERE bucket_id = ? AND key = ? AND version = ?')
      .run([row.bucketId, Buffer.from(row.key), row.version]);
  }
}
