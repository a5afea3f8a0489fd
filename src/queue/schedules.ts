import { getNextMillis, type JobsOptions, type Queue } from 'bullmq';
import type { QueueServer } from './queue-server.js';

interface Schedule {
  queue: Queue;
  name: string;
  data: object;
  when: { everyMs: number } | { cron: string };
  options: JobsOptions;
}

/**
 * A next run that is overdue by this much, milliseconds, will not come: something broke the chain. One that is this much too
 * late was computed by a clock that ran ahead.
 */
const OFF = 5 * 60_000;

const LOOK_EVERY_MS = 60_000;

/**
 * Keeps schedules in place. BullMQ adds the next run when the previous one starts, so an outage at that moment
 * breaks the chain; hence each is checked from time to time, which changes nothing if all is well.
 */
export class Schedules {
  readonly #all: Schedule[] = [];
  readonly #timer = setInterval(() => void this.#lookAfter(), LOOK_EVERY_MS).unref();

  /** @param report gets later failures */
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
  const repeat = 'cron' in when ? { pattern: when.cron, tz: 'UTC' } : { every: when.everyMs };
  const now = Date.now();
  const next = found?.next ?? 0;
  // An interval counts from the first run, whenever that was.
  const latest = 'cron' in when ? (getNextMillis(now + OFF, repeat) ?? 0) : now + OFF + when.everyMs;
  const tooLate = next > latest + OFF;
  if (same && next > now - OFF && !tooLate) return;
  // BullMQ would continue from the run that it has.
  if (tooLate) await queue.removeJobScheduler(name);
  await queue.upsertJobScheduler(name, repeat, { name, data, opts: options });
}
