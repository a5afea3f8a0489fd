import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type pg from 'pg';
import type { TaskName } from '../engine/task.js';

export type RunState = 'running' | 'finished' | 'interrupted' | 'failed' | 'lost';

/** Tasks of which one runs at a time in the whole installation: two at once would undo each other's work. */
const EXCLUSIVE: readonly TaskName[] = ['migrate', 'restore', 'retire', 'import'];
/** Silence after which a run without a lock counts as dead. If it lives after all, it still records how it ended. */
const SILENT_AFTER = '15 minutes';

/** Whether a run needs the lock of runs that move files. A dry run moves none. */
export function isExclusive(run: { task: TaskName; dryRun: boolean }): boolean {
  return EXCLUSIVE.includes(run.task) && !run.dryRun;
}

export interface RunInProgress {
  id: string;
  task: TaskName;
  runner: string;
  startedAt: Date;
  total: number;
  done: number;
  skipped: number;
  failed: number;
}

/** Records that a run starts, and that others must have died. @returns its id */
export async function beginRun(
  pool: pg.Pool,
  run: { task: TaskName; dryRun: boolean; options: Record<string, unknown>; total: number },
): Promise<string> {
  await markSilentRuns(pool);
  const id = randomUUID();
  await pool.query(
    `INSERT INTO migration_runs (id, task, dry_run, options, runner, total) VALUES ($1, $2, $3, $4, $5, $6)`,
    [id, run.task, run.dryRun, run.options, `${hostname()}:${process.pid}`, run.total],
  );
  return id;
}

/** Records how it ended. A run that ended early keeps its initial total. */
export async function endRun(
  pool: pg.Pool,
  id: string,
  end: { state: RunState; reason?: string | undefined },
): Promise<void> {
  await pool.query(
    `UPDATE migration_runs SET state = $2, reason = $3, finished_at = now(), heartbeat_at = now(),
       total = CASE WHEN $2 = 'finished' THEN done + skipped + failed
               ELSE greatest(total, done + skipped + failed) END
     WHERE id = $1`,
    [id, end.state, end.reason],
  );
}

const MARK_LOST = `UPDATE migration_runs
  SET state = 'lost', finished_at = heartbeat_at, reason = 'its process ended unexpectedly' WHERE state = 'running'`;

/** To be called by whoever holds the lock of exclusive runs: none of them can still be alive. */
export async function markLostRuns(pool: pg.Pool): Promise<void> {
  await pool.query(`${MARK_LOST} AND NOT dry_run AND task = ANY($1)`, [EXCLUSIVE]);
}

/** Exclusive runs are left to {@link markLostRuns}: one that waits for a worker is silent and alive. */
async function markSilentRuns(pool: pg.Pool): Promise<void> {
  await pool.query(
    `${MARK_LOST} AND (dry_run OR task <> ALL($1)) AND heartbeat_at < now() - interval '${SILENT_AFTER}'`,
    [EXCLUSIVE],
  );
}

/** The exclusive run that is running, or was running when its process died. */
export async function runInProgress(pool: pg.Pool): Promise<RunInProgress | undefined> {
  const { rows } = await pool.query<RunInProgress>(
    `SELECT id, task, runner, started_at AS "startedAt", total, done, skipped, failed FROM migration_runs
     WHERE state = 'running' AND NOT dry_run AND task = ANY($1) ORDER BY started_at DESC LIMIT 1`,
    [EXCLUSIVE],
  );
  return rows[0];
}

/** Whether a run moves or removes files at this moment: one that does says so at least every few seconds. */
export async function isFileMoving(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query(
    `SELECT 1 FROM migration_runs WHERE state = 'running' AND NOT dry_run AND task <> 'validate'
       AND heartbeat_at > now() - interval '1 minute' LIMIT 1`,
  );
  return rows.length > 0;
}

/**
 * Seconds since a validation has last finished; before the first, since the first file came to S3.
 * @returns null if nothing is in S3 either
 */
export async function validationAgeSeconds(pool: pg.Pool): Promise<number | null> {
  const { rows } = await pool.query<{ age: number | null }>(
    `SELECT extract(epoch FROM now() - coalesce(
       (SELECT max(finished_at) FROM migration_runs WHERE task = 'validate' AND state = 'finished'),
       (SELECT min(migrated_to_s3_at) FROM certificate_files)))::float8 AS age`,
  );
  return rows[0]?.age ?? null;
}

/** What the latest run of each task has handled so far, dry runs left out. */
export async function latestFigures(
  pool: pg.Pool,
): Promise<{ task: TaskName; done: number; skipped: number; failed: number }[]> {
  const { rows } = await pool.query<{ task: TaskName; done: number; skipped: number; failed: number }>(
    `SELECT DISTINCT ON (task) task, done, skipped, failed FROM migration_runs WHERE NOT dry_run
     ORDER BY task, started_at DESC`,
  );
  return rows;
}
