import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Algorithm } from './digest.js';
import { type FileRange, type HashJob, hashRanges } from './hash-file.js';
import { LANES } from './md5-lanes.js';

/** Smaller jobs are done here: passing them on costs more. */
const WORTH_A_WORKER = 1 << 20;

interface Waiting {
  job: HashJob;
  done: (digests: string[]) => void;
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
  async hash({ file, start, end, algorithm }: FileRange & Omit<HashJob, 'ranges'>): Promise<string> {
    const [digest] = await this.run({ file, ranges: [{ start, end }], algorithm });
    return digest as string;
  }

  /** Each part of a file by itself. @param sizes of the parts, in order @returns hex, in order */
  async hashParts(file: string, sizes: number[], algorithm: Algorithm): Promise<string[]> {
    let end = 0;
    const ranges = sizes.map((size) => ({ start: end, end: (end += size) }));
    const together = algorithm === 'md5' ? LANES : 1;
    const jobs: Promise<string[]>[] = [];
    for (let i = 0; i < ranges.length; i += together)
      jobs.push(this.run({ file, ranges: ranges.slice(i, i + together), algorithm }));
    return (await Promise.all(jobs)).flat();
  }

  async close(): Promise<void> {
    await Promise.all([...this.idle, ...this.busy.keys()].map((worker) => worker.terminate()));
  }

  private async run(job: HashJob): Promise<string[]> {
    const bytes = job.ranges.reduce((total, { start, end }) => total + end - start, 0);
    if (bytes < WORTH_A_WORKER || this.threads === 0) return hashRanges(job);
    return new Promise((done, failed) => {
      this.queue.push({ job, done, failed });
      this.dispatch();
    });
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
    worker.on('message', (answer: { digests: string[] } | { error: string; code?: string }) => {
      const waiting = this.busy.get(worker);
      this.busy.delete(worker);
      worker.unref(); // an idle thread does not keep the program running
      this.idle.push(worker);
      if ('digests' in answer) waiting?.done(answer.digests);
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
