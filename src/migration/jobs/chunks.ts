import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Recorded } from '../runs/run-journal.js';

/** A worker that has not renewed its claim for this long counts as dead, seconds. */
const CLAIM_SECONDS = 20;
export const RENEW_EVERY_MS = 5_000;

export interface Chunk {
  runId: string;
  index: number;
  /** Proves that this worker has it, as long as no other one claims it. */
  claim: string;
  afterKey: string;
  throughKey: string;
  tournamentId: number | undefined;
  /** Files in flight at most. */
  concurrency: number;
}

export interface ChunkCounts {
  waiting: number;
  failed: number;
  /** A worker has it now. */
  claimed: number;
}

/** The ranges of keys into which a run with --queue is divided, and who works on them. */
export class Chunks {
  constructor(private readonly pool: pg.Pool) {}

  async add(runId: string, index: number, afterKey: string, throughKey: string): Promise<void> {
    await this.pool.query(
      'INSERT INTO migration_chunks (run_id, index, after_key, through_key) VALUES ($1, $2, $3, $4)',
      [runId, index, afterKey, throughKey],
    );
  }

  /**
   * Claims a chunk of a run that is still running. What an earlier worker counted as skipped and failed is subtracted,
   * and its failures are forgotten, because these files come up again; those it did do not.
   * @returns `busy` if another worker has it, `over` if there is nothing left to do
   */
  async claim(runId: string, index: number): Promise<Chunk | 'busy' | 'over'> {
    const claim = randomUUID();
    const { rows } = await this.pool.query<Omit<Chunk, 'claim'>>(
      `WITH before AS (
         SELECT c.* FROM migration_chunks c JOIN migration_runs r ON r.id = c.run_id
         WHERE c.run_id = $1 AND c.index = $2 AND c.state = 'waiting' AND r.state = 'running'
           AND (c.claimed_until IS NULL OR c.claimed_until < now())
         FOR UPDATE OF c
       ), claimed AS (
         UPDATE migration_chunks c SET claimed_until = now() + make_interval(secs => $3), claim = $4,
           skipped = 0, failed = 0
         FROM before WHERE c.run_id = before.run_id AND c.index = before.index
       ), forgotten AS (
         DELETE FROM migration_failures f USING before
         WHERE f.run_id = before.run_id AND f.key COLLATE "C" > before.after_key
           AND f.key COLLATE "C" <= before.through_key
       )
       UPDATE migration_runs r SET skipped = r.skipped - before.skipped, failed = r.failed - before.failed
       FROM before WHERE r.id = before.run_id
       RETURNING before.run_id AS "runId", before.index, before.after_key AS "afterKey",
         before.through_key AS "throughKey", (r.options->>'tournamentId')::int AS "tournamentId",
         (r.options->>'concurrency')::int AS concurrency`,
      [runId, index, CLAIM_SECONDS, claim],
    );
    const [chunk] = rows;
    if (chunk) return { ...chunk, claim, tournamentId: chunk.tournamentId ?? undefined };
    const open = await this.pool.query(
      `SELECT 1 FROM migration_chunks c JOIN migration_runs r ON r.id = c.run_id
       WHERE c.run_id = $1 AND c.index = $2 AND c.state = 'waiting' AND r.state = 'running'`,
      [runId, index],
    );
    return open.rows.length > 0 ? 'busy' : 'over';
  }

  /** Renews the claim. @returns false if the run was ended, or the chunk is another worker's: stop after the files in flight */
  async renew({ runId, index, claim }: Chunk): Promise<boolean> {
    const { rows } = await this.pool.query<{ state: string }>(
      `UPDATE migration_chunks c SET claimed_until = now() + make_interval(secs => $4) FROM migration_runs r
       WHERE r.id = c.run_id AND c.run_id = $1 AND c.index = $2 AND c.claim = $3 RETURNING r.state`,
      [runId, index, claim, CLAIM_SECONDS],
    );
    return rows[0]?.state === 'running';
  }

  /** @throws Error where the chunk is another worker's, who does and counts these files: nothing of them may be written */
  async count(tx: pg.PoolClient, { runId, index, claim }: Chunk, recorded: Recorded[]): Promise<void> {
    const of = (kind: Recorded['kind']) => recorded.filter((one) => one.kind === kind).length;
    const { rowCount } = await tx.query(
      `UPDATE migration_chunks SET skipped = skipped + $4, failed = failed + $5
       WHERE run_id = $1 AND index = $2 AND claim = $3`,
      [runId, index, claim, of('skipped'), of('failed')],
    );
    if (rowCount !== 1)
      throw new Error('another worker took over this chunk, because this one was silent too long');
  }

  /** Releases a chunk; `waiting` gives it to whoever asks next. */
  async release({ runId, index, claim }: Chunk, state: 'done' | 'failed' | 'waiting'): Promise<void> {
    await this.pool.query(
      `UPDATE migration_chunks SET state = $4, claimed_until = NULL, claim = NULL
       WHERE run_id = $1 AND index = $2 AND claim = $3`,
      [runId, index, claim, state],
    );
  }

  /** The first chunks that are to be done and that no worker has. */
  async unclaimed(runId: string, limit: number): Promise<number[]> {
    const { rows } = await this.pool.query<{ index: number }>(
      `SELECT index FROM migration_chunks WHERE run_id = $1 AND state = 'waiting'
         AND (claimed_until IS NULL OR claimed_until < now()) ORDER BY index LIMIT $2`,
      [runId, limit],
    );
    return rows.map(({ index }) => index);
  }

  async counts(runId: string): Promise<ChunkCounts> {
    const { rows } = await this.pool.query<ChunkCounts>(
      `SELECT count(*) FILTER (WHERE state = 'waiting')::int AS waiting,
         count(*) FILTER (WHERE state = 'failed')::int AS failed,
         count(*) FILTER (WHERE state = 'waiting' AND claimed_until > now())::int AS claimed
       FROM migration_chunks WHERE run_id = $1`,
      [runId],
    );
    return rows[0] ?? { waiting: 0, failed: 0, claimed: 0 };
  }
}
