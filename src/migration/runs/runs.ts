import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type pg from 'pg';
import type { TaskName } from '../engine/task.js';

export type RunState = 'running' | 'finished' | 'interrupted' | 'failed' | 'lost';

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

/** Records that a run begins. @returns its id */
export async function beginRun(
  pool: pg.Pool,
  run: { task: TaskName; dryRun: boolean; options: Record<string, unknown>; total: number },
): Promise<string> {
  const id = randomUUID();
  await pool.query(
    `INSERT INTO migration_runs (id, task, dry_run, options, runner, total) VALUES ($1, $2, $3, $4, $5, $6)`,
    [id, run.task, run.dryRun, run.options, `${hostname()}:${process.pid}`, run.total],
  );
  return id;
}

/** Records how it ended. A run that ended early keeps the total it set out with. */
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

/** To be called by who holds the lock of runs that move files: none of them can still be alive. */
export async function markLostRuns(pool: pg.Pool): Promise<void> {
  await pool.query(
    `UPDATE migration_runs SET state = 'lost', finished_at = heartbeat_at, reason = 'its process ended without a word'
     WHERE state = 'running' AND NOT dry_run AND task IN ('migrate', 'restore', 'retire', 'import')`,
  );
}

/** The run that moves files now, or moved them until its process died. */
export async function runInProgress(pool: pg.Pool): Promise<RunInProgress | undefined> {
  const { rows } = await pool.query<RunInProgress>(
    `SELECT id, task, runner, started_at AS "startedAt", total, done, skipped, failed FROM migration_runs
     WHERE state = 'running' AND NOT dry_run ORDER BY started_at DESC LIMIT 1`,
  );
  return rows[0];
}
