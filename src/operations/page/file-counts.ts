import type pg from 'pg';
import { type Count, COUNTED_UP_TO } from '../../certificates/lifecycle/count-owed.js';

/** Up to so many rows they are counted, a few tenths of a second; beyond, they are estimated from a sample. */
const EXACT_UP_TO = 2_000_000;
const SAMPLE_ROWS = 300_000;

export interface FileCounts {
  total: number;
  localOnly: number;
  both: number;
  s3Only: number;
  /** Files whose SHA-256 was found right within the period. */
  verified: number;
  /** Estimated from a sample. */
  estimated: boolean;
}

/** Where the files' copies are, by their rows. @param days period in which every file should have been checked */
export async function countFiles(pool: pg.Pool, days: number, exactUpTo = EXACT_UP_TO): Promise<FileCounts> {
  const rows = await likelyRows(pool);
  const estimated = rows > exactUpTo;
  const percent = Math.min(100, (100 * SAMPLE_ROWS) / rows);
  const { rows: found } = await pool.query<Omit<FileCounts, 'estimated'>>(
    `SELECT count(*)::float8 AS total,
       count(*) FILTER (WHERE stored_locally_at IS NOT NULL AND migrated_to_s3_at IS NULL)::float8 AS "localOnly",
       count(*) FILTER (WHERE stored_locally_at IS NOT NULL AND migrated_to_s3_at IS NOT NULL)::float8 AS both,
       count(*) FILTER (WHERE stored_locally_at IS NULL AND migrated_to_s3_at IS NOT NULL)::float8 AS "s3Only",
       count(*) FILTER (WHERE last_verified_at > now() - make_interval(days => $1))::float8 AS verified
     FROM certificate_files ${estimated ? `TABLESAMPLE SYSTEM (${percent})` : ''}`,
    [days],
  );
  const sample = found[0] ?? { total: 0, localOnly: 0, both: 0, s3Only: 0, verified: 0 };
  if (!estimated) return { ...sample, estimated };
  const scaled = (count: number) => Math.round((count * rows) / Math.max(1, sample.total));
  return {
    total: Math.round(rows),
    localOnly: scaled(sample.localOnly),
    both: scaled(sample.both),
    s3Only: scaled(sample.s3Only),
    verified: scaled(sample.verified),
    estimated,
  };
}

/** By PostgreSQL's own statistics; where it has none yet, by the size of the table. */
async function likelyRows(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ rows: number }>(
    `SELECT CASE WHEN reltuples < 0 THEN pg_relation_size(oid) / 300 ELSE reltuples END::float8 AS rows
     FROM pg_class WHERE oid = 'certificate_files'::regclass`,
  );
  return rows[0]?.rows ?? 0;
}

/** Certificates of which a file has no local copy, without the deleted ones. */
export async function countAway(pool: pg.Pool): Promise<Count> {
  const { rows } = await pool.query<{ files: number; certificates: number }>(
    `SELECT count(*)::int AS files, count(DISTINCT c.id)::int AS certificates
     FROM (SELECT certificate_id FROM certificate_files
           WHERE stored_locally_at IS NULL AND migrated_to_s3_at IS NOT NULL LIMIT $1) f
     JOIN certificates c ON c.id = f.certificate_id AND c.deleted_at IS NULL`,
    [COUNTED_UP_TO],
  );
  return { count: rows[0]?.certificates ?? 0, more: rows[0]?.files === COUNTED_UP_TO };
}

/** Files of which a check found no copy with the right bytes. */
export async function countMismatched(pool: pg.Pool): Promise<Count> {
  const { rows } = await pool.query<{ count: number }>(
    `SELECT count(*)::int AS count
     FROM (SELECT FROM certificate_files WHERE mismatched_at IS NOT NULL LIMIT $1) f`,
    [COUNTED_UP_TO],
  );
  const count = rows[0]?.count ?? 0;
  return { count, more: count === COUNTED_UP_TO };
}
