import { type JobQueue, QueueUnavailableError } from '../../queue/job-queue.js';
import type { Ending } from '../engine/run-task.js';
import type { Task } from '../engine/task.js';
import type { Chunks } from '../jobs/chunks.js';
import { MIGRATE_CHUNK } from '../jobs/migration.jobs.js';

const AGAIN_EVERY_MS = 5_000;
/** Chunks offered again at a time: more than workers finish before the next time. */
const AGAIN_AT_ONCE = 100;
/** How long the queue's server may fail while no worker has a chunk, milliseconds. */
const GIVE_UP_AFTER_MS = 60_000;

export interface RunToHandOut {
  runId: string;
  task: Task;
  batchSize: number;
  limit?: number | undefined;
  signal: AbortSignal;
}

/**
 * Hands a run's chunks to the workers. What is to be done is in the database; the queue only wakes workers, and may lose
 * its jobs: a Redis that was emptied, or came back without them, a job given up before its chunk was claimed.
 */
export class HandOut {
  #offeredAt: number;
  /** Since when the queue's server fails. */
  #troubleSince: number | undefined;

  constructor(
    private readonly run: RunToHandOut,
    private readonly chunks: Chunks,
    private readonly queue: JobQueue,
    private readonly bucket: string | undefined,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#offeredAt = now();
  }

  /** Divides the task's files into chunks. @returns how the run ends if the queue's server fails */
  async all(): Promise<Ending | undefined> {
    const { runId, task, batchSize, limit = Infinity, signal } = this.run;
    let after = '';
    let left = limit;
    try {
      // Until it was connected once, the queue waits for its server forever.
      await this.queue.ping();
      for (let index = 0; left > 0 && !signal.aborted; index++) {
        const page = await task.page(after, Math.min(batchSize, left));
        const last = page.at(-1);
        if (!last) break;
        await this.chunks.add(runId, index, after, last.key);
        await this.#offer(index);
        after = last.key;
        left -= page.length;
      }
      return undefined;
    } catch (error) {
      if (!(error instanceof QueueUnavailableError)) throw error;
      return { state: 'failed', reason: error.message };
    }
  }

  /**
   * Now and then offers again the chunks that no worker has: if the queue still has the job, nothing changes.
   * @param claimed chunks that workers hold: while there are any, an outage of the queue's server may pass
   * @returns how the run ends if that lasts
   */
  async again(claimed: number): Promise<Ending | undefined> {
    const now = this.now();
    if (now - this.#offeredAt < AGAIN_EVERY_MS) return undefined;
    this.#offeredAt = now;
    try {
      for (const index of await this.chunks.unclaimed(this.run.runId, AGAIN_AT_ONCE))
        await this.#offer(index);
      this.#troubleSince = undefined;
    } catch (error) {
      if (!(error instanceof QueueUnavailableError)) throw error;
      this.#troubleSince ??= now;
      const lasts = now - this.#troubleSince >= GIVE_UP_AFTER_MS;
      if (lasts && claimed === 0) return { state: 'failed', reason: error.message };
    }
    return undefined;
  }

  #offer(index: number): Promise<void> {
    const { runId } = this.run;
    return this.queue.enqueue(
      MIGRATE_CHUNK,
      { runId, index, bucket: this.bucket },
      { id: `${runId}-${index}` },
    );
  }
}
