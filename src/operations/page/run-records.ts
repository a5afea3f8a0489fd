import type pg from 'pg';

export interface RunRecord {
  id: string;
  task: string;
  dryRun: boolean;
  state: string;
  reason: string | null;
  runner: string;
  startedAt: Date;
  heartbeatAt: Date;
  finishedAt: Date | null;
  total: number;
  done: number;
  skipped: number;
  failed: number;
  /** Bytes of the files done. */
  bytes: number;
  /** The run whose failures it tries again. */
  retryOf: string | null;
  /** Whether a later run has tried all its failures again, or is about it. One that ended early has left some out. */
  retried: boolean;
  /** The first few. */
  failures: FailureRecord[];
}

export interface FailureRecord {
  key: string;
  code: string;
  detail: string;
  attempts: number;
}

const RUNS_SHOWN = 20;
const FAILURES_SHOWN = 3;

const COLUMNS = `r.id, r.task, r.dry_run AS "dryRun", r.state, r.reason, r.runner, r.started_at AS "startedAt",
  r.heartbeat_at AS "heartbeatAt", r.finished_at AS "finishedAt", r.total, r.done, r.skipped, r.failed,
  r.bytes::float8 AS bytes, r.options->>'retryOf' AS "retryOf",
  EXISTS (SELECT FROM migration_runs l WHERE l.started_at > r.started_at AND l.options->>'retryOf' = r.id::text
          AND l.state IN ('running', 'finished')) AS retried`;

/** The latest runs, the newest first. */
export async function latestRuns(pool: pg.Pool): Promise<RunRecord[]> {
  const { rows } = await pool.query<RunRecord>(
    `SELECT ${COLUMNS}, ARRAY(
       SELECT json_build_object('key', key, 'code', code, 'detail', detail, 'attempts', attempts)
       FROM migration_failures f WHERE f.run_id = r.id ORDER BY key LIMIT $2) AS failures
     FROM migration_runs r ORDER BY r.started_at DESC LIMIT $1`,
    [RUNS_SHOWN, FAILURES_SHOWN],
  );
  return rows;
}

export async function findRun(pool: pg.Pool, id: string): Promise<RunRecord | undefined> {
  const { rows } = await pool.query<RunRecord>(
    `SELECT ${COLUMNS}, '{}'::json[] AS failures FROM migration_runs r WHERE r.id = $1`,
    [id],
  );
  return rows[0];
}

/** A run's failures after this key. */
export async function failuresOf(
  pool: pg.Pool,
  id: string,
  after: string,
  limit: number,
): Promise<FailureRecord[]> {
  const { rows } = await pool.query<FailureRecord>(
    `SELECT key, code, detail, attempts FROM migration_failures
     WHERE run_id = $1 AND key > $2 ORDER BY key LIMIT $3`,
    [id, after, limit],
  );
  return rows;
}

/** The last comparison of rows, disk and bucket: the weekly one, or one that an operator asked for. */
export async function lastSpotCheck(pool: pg.Pool): Promise<RunRecord | undefined> {
  const { rows } = await pool.query<RunRecord>(
    `SELECT ${COLUMNS}, '{}'::json[] AS failures FROM migration_runs r
     WHERE r.task = 'validate' AND r.state <> 'running' ORDER BY r.started_at DESC LIMIT 1`,
  );
  return rows[0];
}
