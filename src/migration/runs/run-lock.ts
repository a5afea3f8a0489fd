import type pg from 'pg';
import { runInProgress } from './runs.js';

/** Advisory lock of everything that moves files: "cert" and 1. Two such runs at once would undo each other's work. */
const MOVING_LOCK = [0x63657274, 1] as const;

/** Another run holds the lock; the message says which. */
export class AlreadyRunningError extends Error {
  override readonly name = 'AlreadyRunningError';
}

/** Held by one run at a time in the whole installation; PostgreSQL releases it when the process dies. */
export class RunLock {
  readonly #lost = new AbortController();

  private constructor(private readonly client: pg.PoolClient) {
    client.on('error', this.#onError);
  }

  /** @throws AlreadyRunningError */
  static async take(pool: pg.Pool): Promise<RunLock> {
    const client = await pool.connect();
    try {
      const { rows } = await client.query<{ taken: boolean }>(
        'SELECT pg_try_advisory_lock($1, $2) AS taken',
        [...MOVING_LOCK],
      );
      if (rows[0]?.taken) return new RunLock(client);
      throw new AlreadyRunningError(await describeHolder(pool));
    } catch (error) {
      client.release();
      throw error;
    }
  }

  /** Aborted when the connection, and with it the lock, is lost. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  release(): void {
    this.client.off('error', this.#onError);
    this.client.release(true);
  }

  readonly #onError = (error: Error): void => this.#lost.abort(error);
}

async function describeHolder(pool: pg.Pool): Promise<string> {
  const run = await runInProgress(pool);
  if (!run) return 'another command that moves files is running; wait for it or stop it';
  return (
    `${run.task}:certs has been running since ${run.startedAt.toISOString()} (${run.runner}, run ${run.id}, ` +
    `${run.done + run.skipped + run.failed} of ${run.total} files); wait for it or stop it`
  );
}
