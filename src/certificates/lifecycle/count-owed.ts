import type pg from 'pg';

/** Rare things are counted up to here, by an index of only them: a few tenths of a second beside 10 million files. */
export const COUNTED_UP_TO = 10_000;

/** A number, or "more than" it. */
export interface Count {
  count: number;
  more: boolean;
}

/** S3 copies that dual-write owes, without those of deleted certificates, and since when the oldest is owed. */
export async function countOwed(pool: pg.Pool): Promise<Count & { oldest: Date | null }> {
  const { rows } = await pool.query<{ seen: number; count: number; oldest: Date | null }>(
    `SELECT count(*)::int AS seen, count(c.id)::int AS count,
       min(f.s3_owed_since) FILTER (WHERE c.id IS NOT NULL) AS oldest
     FROM (SELECT certificate_id, s3_owed_since FROM certificate_files
           WHERE s3_owed_since IS NOT NULL ORDER BY s3_owed_since LIMIT $1) f
     LEFT JOIN certificates c ON c.id = f.certificate_id AND c.deleted_at IS NULL`,
    [COUNTED_UP_TO],
  );
  const { seen, count, oldest } = rows[0] ?? { seen: 0, count: 0, oldest: null };
  return { count, oldest, more: seen === COUNTED_UP_TO };
}
