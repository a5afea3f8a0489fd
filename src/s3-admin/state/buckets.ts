import type { Database } from './database.js';

export interface BucketRow {
  id: number;
  name: string;
  createdAt: number | null;
  /** `''`, `Enabled` or `Suspended`. */
  versioning: string;
  /** The round whose listing is complete. */
  scanRound: number;
  scannedAt: number | null;
  verifiedAt: number | null;
  extraFiles: number;
  extraBytes: number;
  goneAt: number | null;
  deletedAt: number | null;
  error: string | null;
}

const COLUMNS = {
  versioning: 'versioning',
  scanRound: 'scan_round',
  scannedAt: 'scanned_at',
  verifiedAt: 'verified_at',
  extraFiles: 'extra_files',
  extraBytes: 'extra_bytes',
  goneAt: 'gone_at',
  deletedAt: 'deleted_at',
  error: 'error',
} as const;

/** A part of a bucket's listing that is under way. */
export interface ScanRange {
  id: number;
  /** Keys up to and with this one are in the state; null: none yet. */
  afterKey: string | null;
  /** Last key that belongs to the range; null: the end of the bucket. */
  untilKey: string | null;
}

/** The `buckets` table, and the listings under way. */
export class Buckets {
  constructor(private readonly database: Database) {}

  /** By name. */
  all(): BucketRow[] {
    return this.database.prepare('SELECT * FROM buckets ORDER BY name').all([]).map(toBucketRow);
  }

  byName(name: string): BucketRow | undefined {
    const row = this.database.prepare('SELECT * FROM buckets WHERE name = ?').get([name]);
    return row === undefined ? undefined : toBucketRow(row);
  }

  /** The bucket's row, made where there was none. */
  add(name: string, createdAt: number | null): BucketRow {
    this.database
      .prepare(
        'INSERT INTO buckets (name, created_at) VALUES (?, ?) ON CONFLICT DO UPDATE SET created_at = excluded.created_at, gone_at = NULL',
      )
      .run([name, createdAt]);
    return this.byName(name) as BucketRow;
  }

  update(id: number, set: Partial<Omit<BucketRow, 'id' | 'name' | 'createdAt'>>): void {
    const names = Object.keys(set) as (keyof typeof COLUMNS)[];
    this.database
      .prepare(`UPDATE buckets SET ${names.map((name) => `${COLUMNS[name]} = ?`).join(', ')} WHERE id = ?`)
      .run([...names.map((name) => set[name] ?? null), id]);
  }

  ranges(bucketId: number): ScanRange[] {
    return this.database
      .prepare('SELECT id, after_key, until_key FROM scan_ranges WHERE bucket_id = ?')
      .all([bucketId])
      .map((raw) => {
        const row = raw as { id: number; after_key: ArrayBuffer | null; until_key: ArrayBuffer | null };
        return { id: row.id, afterKey: text(row.after_key), untilKey: text(row.until_key) };
      });
  }

  addRange(bucketId: number, afterKey: string | null, untilKey: string | null): ScanRange {
    const { lastInsertRowid } = this.database
      .prepare('INSERT INTO scan_ranges (bucket_id, after_key, until_key) VALUES (?, ?, ?)')
      .run([bucketId, blob(afterKey), blob(untilKey)]);
    return { id: Number(lastInsertRowid), afterKey, untilKey };
  }

  saveRange({ id, afterKey, untilKey }: ScanRange): void {
    this.database
      .prepare('UPDATE scan_ranges SET after_key = ?, until_key = ? WHERE id = ?')
      .run([blob(afterKey), blob(untilKey), id]);
  }

  removeRange({ id }: ScanRange): void {
    this.database.prepare('DELETE FROM scan_ranges WHERE id = ?').run([id]);
  }
}

function blob(key: string | null): Buffer | null {
  return key === null ? null : Buffer.from(key);
}

function text(key: ArrayBuffer | null): string | null {
  return key === null ? null : Buffer.from(key).toString();
}

function toBucketRow(raw: unknown): BucketRow {
  const row = raw as Record<string, string | number | null>;
  return {
    id: row.id as number,
    name: row.name as string,
    createdAt: row.created_at as number | null,
    versioning: row.versioning as string,
    scanRound: row.scan_round as number,
    scannedAt: row.scanned_at as number | null,
    verifiedAt: row.verified_at as number | null,
    extraFiles: row.extra_files as number,
    extraBytes: row.extra_bytes as number,
    goneAt: row.gone_at as number | null,
    deletedAt: row.deleted_at as number | null,
    error: row.error as string | null,
  };
}
