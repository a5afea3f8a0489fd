import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';

/** A thread that says nothing for this long hangs; the slowest certificate seen took two seconds, fonts of three scripts included. */
const TIMEOUT_MS = 60_000;

/** Many times what a certificate takes; fonts and bitmaps are outside the heap. */
const MAX_HEAP_MB = 256;

/** A task whose thread gave no answer in time; the thread is gone, the next task gets a new one. */
export class WorkerTimeoutError extends Error {
  override readonly name = 'WorkerTimeoutError';

  constructor(readonly timeoutMs: number) {
    super(`rendering took longer than ${timeoutMs} ms and was stopped`);
  }
}

/**
 * Threads that each run one task at a time. A thread that crashes or hangs fails its own task only.
 * Tasks wait here, not in piscina, so that the time limit counts from a task's start.
 */
export class WorkerPool<Functions extends Record<keyof Functions, (task: never) => unknown>> {
  private readonly pool: Piscina;
  private readonly waiting: (() => void)[] = [];
  private free: number;

  constructor(
    filename: string,
    workerData: unknown,
    threads = availableParallelism(),
    private readonly timeoutMs = TIMEOUT_MS,
  ) {
    this.free = threads;
    this.pool = new Piscina({
      filename,
      workerData,
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: 60_000,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
  }

  /**
   * Calls a function that the worker file exports.
   * @throws WorkerTimeoutError
   * @throws Error what the worker threw, without its class, or that its thread ended
   */
  async run<Name extends keyof Functions & string>(
    name: Name,
    task: Parameters<Functions[Name]>[0],
  ): Promise<Awaited<ReturnType<Functions[Name]>>> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((turn) => this.waiting.push(turn));
    const signal = AbortSignal.timeout(this.timeoutMs);
    try {
      return (await this.pool.run(task, { name, signal })) as Awaited<ReturnType<Functions[Name]>>;
    } catch (error) {
      if (signal.aborted) throw new WorkerTimeoutError(this.timeoutMs);
      throw error;
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free++;
    }
  }

  /** Waits for running tasks, then ends the threads. */
  async close(): Promise<void> {
    await this.pool.close();
  }
}
