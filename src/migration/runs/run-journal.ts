import type pg from 'pg';
import type { Journal } from '../engine/checkpoints.js';
import { type Failure, failureOf, type Settled } from '../engine/settled.js';
import type { Done, Item, ItemFailure, Task } from '../engine/task.js';
import { countRecorded } from './count-recorded.js';

/** How an item ended, after it was written down. */
export type Recorded =
  | { item: Item; kind: 'done'; note?: string | undefined }
  | { item: Item; kind: 'skipped'; reason: string }
  | { item: Item; kind: 'failed'; failure: Failure; attempts: number };

/** A detail is for people; some servers' messages are pages long. */
const LONGEST_DETAIL = 500;
/** SQLSTATE. */
const DEADLOCK_DETECTED = '40P01';

/** Writes what was done and what it adds to the run's figures in one transaction, then counts it in the metrics and reports it. */
export class RunJournal<I extends Item, Change> implements Journal<I, Change> {
  constructor(
    private readonly pool: pg.Pool,
    private readonly run: { id: string; dryRun: boolean },
    private readonly task: Task<I, Change>,
    private readonly tell: (recorded: Recorded[]) => void | Promise<void>,
    private readonly alsoCount?: (tx: pg.PoolClient, recorded: Recorded[]) => Promise<void>,
  ) {}

  async write(group: Settled<I, Change>[]): Promise<void> {
    const recorded = await inTransaction(this.pool, async (tx) => {
      const written = this.run.dryRun ? undefined : await this.task.commit(tx, donesOf(group));
      const recorded = group.map((settled) => recordedOf(settled, written, this.task.unwritten));
      await this.alsoCount?.(tx, recorded);
      await this.count(tx, recorded);
      return recorded;
    });
    if (!this.run.dryRun) for (const one of recorded) countRecorded(this.task.name, one);
    await this.tell(recorded);
  }

  private async count(tx: pg.PoolClient, recorded: Recorded[]): Promise<void> {
    const of = (kind: Recorded['kind']) => recorded.filter((one) => one.kind === kind);
    const bytes = of('done').reduce((sum, { item }) => sum + item.size, 0);
    await tx.query(
      `UPDATE migration_runs SET done = done + $2, skipped = skipped + $3, failed = failed + $4, bytes = bytes + $5,
         heartbeat_at = now() WHERE id = $1`,
      [this.run.id, of('done').length, of('skipped').length, of('failed').length, bytes],
    );
    const failed = recorded.filter((one) => one.kind === 'failed');
    if (failed.length === 0) return;
    await tx.query(
      `INSERT INTO migration_failures (run_id, key, certificate_id, code, detail, attempts)
       SELECT $1, * FROM unnest($2::text[], $3::uuid[], $4::text[], $5::text[], $6::int[])
       ON CONFLICT (run_id, key) DO UPDATE SET code = excluded.code, detail = excluded.detail, failed_at = now()`,
      [
        this.run.id,
        failed.map(({ item }) => item.key),
        failed.map(({ item }) => item.certificateId),
        failed.map(({ failure }) => failure.code),
        failed.map(({ failure }) => failure.detail.slice(0, LONGEST_DETAIL)),
        failed.map(({ attempts }) => attempts),
      ],
    );
  }
}

function donesOf<I extends Item, Change>(group: Settled<I, Change>[]): Done<I, Change>[] {
  return group.flatMap((settled) =>
    'outcome' in settled && settled.outcome.kind === 'done'
      ? [{ item: settled.item, change: settled.outcome.change }]
      : [],
  );
}

/** @param written keys whose row was changed; undefined in a dry run, which changes none */
function recordedOf<I extends Item, Change>(
  settled: Settled<I, Change>,
  written: Set<string> | undefined,
  unwritten: ItemFailure | undefined,
): Recorded {
  const { item, attempts } = settled;
  if ('failure' in settled) return { item, kind: 'failed', failure: settled.failure, attempts };
  const { outcome } = settled;
  if (outcome.kind === 'skipped') return { item, kind: 'skipped', reason: outcome.reason };
  if (written && !written.has(item.key)) {
    if (unwritten) return { item, kind: 'failed', failure: failureOf(unwritten), attempts };
    return { item, kind: 'skipped', reason: 'its row was changed by something else meanwhile; run it again' };
  }
  return { item, kind: 'done', note: outcome.note };
}

/** Of two runs that wait for each other's rows, PostgreSQL undoes one, whose turn comes once the other has written them. */
async function inTransaction<T>(pool: pg.Pool, work: (tx: pg.PoolClient) => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await inOneTransaction(pool, work);
    } catch (error) {
      if ((error as { code?: unknown }).code !== DEADLOCK_DETECTED) throw error;
    }
  }
}

async function inOneTransaction<T>(pool: pg.Pool, work: (tx: pg.PoolClient) => Promise<T>): Promise<T> {
  const tx = await pool.connect();
  let broken = true;
  try {
    await tx.query('BEGIN');
    const result = await work(tx);
    await tx.query('COMMIT');
    broken = false;
    return result;
  } finally {
    // A connection in the middle of a transaction is closed, which rolls it back.
    tx.release(broken);
  }
}
