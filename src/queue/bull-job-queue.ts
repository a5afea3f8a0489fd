import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Job as BullJob, Queue, Worker } from 'bullmq';
import { jobId, optionsOf, putBack } from './bull-job.js';
import { type Job, type JobContext, type JobHandler, JobQueue, QueueUnavailableError } from './job-queue.js';
import type { QueueServer } from './queue-server.js';
import { Schedules } from './schedules.js';

/** How the queue notices dead workers, milliseconds. */
export interface Vigilance {
  /** A worker that has not renewed its claim on a job for this long counts as dead. */
  claimMs: number;
  /** How often claims are checked. */
  lookEveryMs: number;
}

const VIGILANCE: Vigilance = { claimMs: 15_000, lookEveryMs: 5_000 };
/** A job whose worker dies is restarted this many times; beyond that the job itself is the likely killer. */
const MAX_DEATHS = 100;
/** How long a hanging server may delay the shutdown, milliseconds. */
const PATIENCE = 3_000;
/** An error that continues is logged again after this long, milliseconds. */
const SAY_AGAIN_MS = 60_000;
const STATES = ['waiting', 'active', 'delayed', 'failed'] as const;

/** {@link JobQueue} by BullMQ, wherever it keeps its jobs. */
export class BullJobQueue extends JobQueue {
  private readonly logger = new Logger('JobQueue');
  private readonly queues = new Map<string, Queue>();
  private readonly handlers = new Map<string, Map<string, JobHandler<object>>>();
  private readonly schedules: Schedules;
  private readonly workers: Worker[] = [];
  private readonly running = new Set<Promise<void>>();
  private readonly stop = new AbortController();
  private readonly said = new Set<string>();
  private saidSince = 0;
  private stoppedAt: number | undefined;
  private closed: Promise<void> | undefined;

  constructor(
    private readonly server: QueueServer,
    private readonly vigilance = VIGILANCE,
  ) {
    super();
    this.schedules = new Schedules(server, (error) => this.report(error));
  }

  async enqueue<Data extends object>(
    job: Job<Data>,
    data: Data,
    options: { id?: string; delayMs?: number } = {},
  ): Promise<void> {
    const id = options.id === undefined ? undefined : jobId(job, options.id);
    const queue = this.queue(job.queue);
    await ask(async () => {
      const earlier = id === undefined ? undefined : await queue.getJob(id);
      if (await earlier?.isFailed()) await earlier?.remove();
      await queue.add(job.name, data, {
        ...optionsOf(job),
        ...(id === undefined ? {} : { jobId: id }),
        ...(options.delayMs === undefined ? {} : { delay: options.delayMs }),
      });
    });
  }

  async schedule<Data extends object>(
    job: Job<Data>,
    data: Data,
    when: { everyMs: number } | { cron: string },
  ): Promise<void> {
    const schedule = { queue: this.queue(job.queue), name: job.name, data, when, options: optionsOf(job) };
    await ask(() => this.schedules.add(schedule));
  }

  handle<Data extends object>(job: Job<Data>, handler: JobHandler<Data>): void {
    this.queue(job.queue);
    const handlers = this.handlers.get(job.queue) ?? new Map<string, JobHandler<object>>();
    this.handlers.set(job.queue, handlers.set(job.name, handler as JobHandler<object>));
  }

  async startWorkers({ concurrency = 1 }: { concurrency?: number } = {}): Promise<void> {
    for (const queue of this.handlers.keys()) {
      const worker = this.server.worker(queue, (job, token) => this.process(job, token), {
        concurrency,
        lockDuration: this.vigilance.claimMs,
        stalledInterval: this.vigilance.lookEveryMs,
        maxStalledCount: MAX_DEATHS,
        runRetryDelay: 1_000,
      });
      worker.on('error', (error) => this.report(error));
      worker.on('failed', (job, error) => {
        const attempt = job ? `try ${job.attemptsMade} of ${job.opts.attempts}` : 'its worker died too often';
        this.logger.warn(`${queue}/${job?.name} ${job?.id} failed (${attempt}): ${error.message}`);
      });
      this.workers.push(worker);
    }
    await Promise.all(this.workers.map((worker) => worker.waitUntilReady()));
  }

  async depth(): Promise<Record<string, Record<string, number>>> {
    return ask(async () => {
      const counts = [...this.queues].map(async ([name, queue]) => [
        name,
        await queue.getJobCounts(...STATES),
      ]);
      return Object.fromEntries(await Promise.all(counts)) as Record<string, Record<string, number>>;
    });
  }

  /** BullMQ's own queues, to be shown. */
  bullQueues(): Iterable<Queue> {
    return this.queues.values();
  }

  async ping(): Promise<void> {
    await ask(() => this.server.ping());
  }

  async stopWorkers(): Promise<void> {
    this.stoppedAt ??= performance.now();
    this.schedules.stop();
    this.stop.abort();
    // pause() without waiting, because close(), once begun, can't be hurried and waits without limit
    await Promise.all(this.workers.map((worker) => worker.pause(true)));
  }

  close(deadlineMs = 20_000): Promise<void> {
    this.closed ??= this.shutDown(deadlineMs);
    return this.closed;
  }

  private async shutDown(deadlineMs: number): Promise<void> {
    await this.stopWorkers();
    const left = deadlineMs - (performance.now() - (this.stoppedAt ?? 0));
    // By force, a job that is just being put back would stay with us until others take us for dead.
    const force = !(await within(left, Promise.allSettled(this.running)));
    await within(PATIENCE, Promise.allSettled(this.workers.map((worker) => worker.close(force))));
    await within(PATIENCE, Promise.allSettled([...this.queues.values()].map((queue) => queue.close())));
    await within(PATIENCE, this.server.close());
  }

  private async process(job: BullJob, token: string | undefined): Promise<void> {
    if (this.stop.signal.aborted) return putBack(job, token);
    const handler = this.handlers.get(job.queueName)?.get(job.name);
    if (!handler) throw new Error(`nothing handles ${job.queueName}/${job.name}`);
    const context: JobContext = {
      id: job.id as string,
      attempt: job.attemptsMade + 1,
      signal: this.stop.signal,
    };
    const run = handler(job.data as object, context);
    this.running.add(run);
    try {
      await run;
    } catch (error) {
      if (this.stop.signal.aborted) return await putBack(job, token);
      throw error;
    } finally {
      this.running.delete(run);
    }
  }

  private queue(name: string): Queue {
    let queue = this.queues.get(name);
    if (!queue) {
      queue = this.server.queue(name);
      queue.on('error', (error) => this.report(error));
      this.queues.set(name, queue);
    }
    return queue;
  }

  /** BullMQ repeats its errors, several in turn, with every attempt to connect; the log needs each only now and then. */
  private report(error: Error): void {
    if (Date.now() - this.saidSince > SAY_AGAIN_MS) {
      this.said.clear();
      this.saidSince = Date.now();
    }
    if (this.said.has(error.message)) return;
    this.said.add(error.message);
    this.logger.warn(`queue server: ${error.message}`);
  }
}

/** @throws QueueUnavailableError for any failure of the server or the way to it */
async function ask<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (cause) {
    throw new QueueUnavailableError(`the queue server failed: ${(cause as Error).message}`, { cause });
  }
}

/** @returns whether the work ended in time */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const impatience = new AbortController();
  const tooLong = sleep(ms, false, { signal: impatience.signal }).catch(() => false);
  const inTime = await Promise.race([work.then(() => true), tooLong]);
  impatience.abort();
  return inTime;
}
