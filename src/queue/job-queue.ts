/**
 * Work that outlives the process that asked for it. Jobs are delivered at least once: a handler may be called again for
 * a job that was cut short, or that did its work but died before saying so, so every handler is idempotent.
 */
export interface Job<Data extends object> {
  /** Queue it goes to; one per concern, so that a slow one never holds up another. */
  queue: string;
  name: string;
  /** Tries in all, at least 3. */
  attempts: number;
  /** Wait before the second try, milliseconds; doubles with each further one. */
  backoffMs: number;
  /** Only for the type of its data. No personal data goes into a job: rows are named by id. */
  readonly data?: Data;
}

export interface JobContext {
  id: string;
  /** From 1. */
  attempt: number;
  /** Aborts when the worker is told to stop: finish what is in flight, then throw to be called again. */
  signal: AbortSignal;
}

export type JobHandler<Data extends object> = (data: Data, context: JobContext) => Promise<void>;

/** The queue's server can't be used now: the caller answers 503, and the same call may succeed later. */
export class QueueUnavailableError extends Error {
  override readonly name = 'QueueUnavailableError';
}

export abstract class JobQueue {
  /**
   * Resolves when the job is durable. Adding a job under an id that is waiting or running changes nothing; one that has
   * failed for good starts again.
   * @param options.id unique among the jobs of this name; made of letters, digits, `-` and `_`
   * @throws QueueUnavailableError
   */
  abstract enqueue<Data extends object>(
    job: Job<Data>,
    data: Data,
    options?: { id?: string; delayMs?: number },
  ): Promise<void>;

  /**
   * Runs the job now and then once per interval, however many processes call this. Cron times are UTC.
   * @throws QueueUnavailableError
   */
  abstract schedule<Data extends object>(
    job: Job<Data>,
    data: Data,
    when: { everyMs: number } | { cron: string },
  ): Promise<void>;

  /** Sets this process's handler of the job. To be called before {@link startWorkers}. */
  abstract handle<Data extends object>(job: Job<Data>, handler: JobHandler<Data>): void;

  /** Starts taking jobs that have a handler. */
  abstract startWorkers(options?: { concurrency?: number }): Promise<void>;

  /**
   * Jobs by queue and state (waiting, active, delayed, failed), for metrics, of the queues this process has a handler
   * for or has added to.
   * @throws QueueUnavailableError
   */
  abstract depth(): Promise<Record<string, Record<string, number>>>;

  /** Asks the server. @throws QueueUnavailableError if it does not answer */
  abstract ping(): Promise<void>;

  /** Takes no further job, and tells those running to come to an end. Jobs can still be added. */
  abstract stopWorkers(): Promise<void>;

  /**
   * Takes no further job and gives those running `deadlineMs` (20 s by default), from when they were told, to finish. A job that fails
   * meanwhile is put back without using up a try; one that does not end is released, and starts again in another process.
   */
  abstract close(deadlineMs?: number): Promise<void>;
}
