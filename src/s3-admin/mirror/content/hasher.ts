import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type HashJob, hashFile, hashSmallFile } from './hash-file.js';

/** Smaller jobs are done here: handing them over costs more. */
const WORTH_A_WORKER = 1 << 20;

interface Waiting {
  job: HashJob;
  done: (hex: string) => void;
  failed: (error: Error) => void;
}

/** Hashes files on all cores. Threads start with the first large job. */
export class Hasher {
  private readonly script = fileURLToPath(new URL('./hash-worker.js', import.meta.url));
  // Run from TypeScript sources, as unit tests are, there is no script for a thread.
  private readonly threads = existsSync(this.script) ? Math.min(availableParallelism(), 8) : 0;
  private readonly idle: Worker[] = [];
  private readonly busy = new Map<Worker, Waiting>();
  private readonly queue: Waiting[] = [];

  /** @returns hex */
  async hash(job: HashJob): Promise<string> {
    if (job.end - job.start < WORTH_A_WORKER) return (await hashSmallFile(job)).toString('hex');
    if (this.threads === 0) return (await hashFile(job)).toString('hex');
    return new Promise((done, failed) => {
      this.queue.push({ job, done, failed });
      this.dispatch();
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.idle, ...this.busy.keys()].map((worker) => worker.terminate()));
  }

  private dispatch(): void {
    while (this.queue.length > 0) {
      const worker = this.idle.pop() ?? (this.busy.size < this.threads ? this.start() : undefined);
      if (!worker) return;
      const waiting = this.queue.shift() as Waiting;
      this.busy.set(worker, waiting);
      worker.ref();
      worker.postMessage(waiting.job);
    }
  }

  private start(): Worker {
    const worker = new Worker(this.script);
    worker.on('message', (answer: { hex: string } | { error: string; code?: string }) => {
      const waiting = this.busy.get(worker);
      this.busy.delete(worker);
      worker.unref(); // an idle thread does not keep the program running
      this.idle.push(worker);
      if ('hex' in answer) waiting?.done(answer.hex);
      else waiting?.failed(Object.assign(new Error(answer.error), { code: answer.code }));
      this.dispatch();
    });
    worker.on('error', (error) => {
      this.busy.get(worker)?.failed(error instanceof Error ? error : new Error(String(error)));
      this.busy.delete(worker);
      this.dispatch();
    });
    return worker;
  }
}
