import type { JobsOptions, Queue } from 'bullmq';

export interface Schedule {
  queue: Queue;
  name: string;
  data: object;
  when: { everyMs: number } | { cron: string };
  options: JobsOptions;
}

/** A run that is this much overdue, milliseconds, will not come: something broke the chain. */
const OVERDUE = 5 * 60_000;

/**
 * Sees to it that the schedule is there. BullMQ adds the next run when the previous one begins, so an outage at that
 * moment ends the chain; hence this is called again from time to time, and changes nothing where all is well.
 */
export async function ensureSchedule({ queue, name, data, when, options }: Schedule): Promise<void> {
  const found = await queue.getJobScheduler(name);
  const same = found && ('cron' in when ? found.pattern === when.cron : Number(found.every) === when.everyMs);
  if (same && (found.next ?? 0) > Date.now() - OVERDUE) return;
  await queue.upsertJobScheduler(
    name,
    'cron' in when ? { pattern: when.cron, tz: 'UTC' } : { every: when.everyMs },
    { name, data, opts: options },
  );
}
