import type { JobsOptions, Queue } from 'bullmq';
import type { QueueServer } from './queue-server.js';

interface Schedule {
  queue: Queue;
  name: string;
  data: object;
  when: { everyMs: number } | { cron: string };
  options: JobsOptions;
}

/** A run that is this much overdue, milliseconds, will not come: something broke the chain. */
const OVERDUE = 5 * 60_000;

const LOOK_EVERY_MS = 60_000;

/**
 * Sees to it that schedules are there. BullMQ adds the next run when the previous one begins, so an outage at that moment
 * ends the chain; hence each is looked at again from time to time, which changes nothing where all is well.
 */
export class Schedules {
  readonly #all: Schedule[] = [];
  readonly #timer = setInterval(() => void this.#lookAfter(), LOOK_EVERY_MS).unref();

  /** @param report told of what fails later */
  constructor(
    private readonly server: QueueServer,
    private readonly report: (error: Error) => void,
  ) {}

  async add(schedule: Schedule): Promise<void> {
    this.#all.push(schedule);
    await this.#ensure(schedule);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #lookAfter(): Promise<void> {
    for (const schedule of this.#all) {
      await this.#ensure(schedule).catch((error: unknown) => this.report(error as Error));
    }
  }

  #ensure(schedule: Schedule): Promise<void> {
    return this.server.exclusively(() => ensure(schedule));
  }
}

async function ensure({ queue, name, data, when, options }: Schedule): Promise<void> {
  const found = await queue.getJobScheduler(name);
  const same = found && ('cron' in when ? found.pattern === when.cron : Number(found.every) === when.everyMs);
  if (same && (found.next ?? 0) > Date.now() - OVERDUE) return;
  await queue.upsertJobScheduler(
    name,
    'cron' in when ? { pattern: when.cron, tz: 'UTC' } : { every: when.everyMs },
    { name, data, opts: options },
  );
}
