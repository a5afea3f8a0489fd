import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseUnavailable } from '../../database/is-database-unavailable.js';
import { isStorageError } from '../../storage/storage.errors.js';
import { AdaptiveLimit } from './adaptive-limit.js';
import { Checkpoints, type Journal } from './checkpoints.js';
import { itemsOf } from './items.js';
import { OutageWatch } from './outage-watch.js';
import { type Failure, failureOf, type Settled } from './settled.js';
import { type Item, ItemFailure, type Task } from './task.js';

/** Tries per item, the first included. */
export const ATTEMPTS = 3;
const FIRST_WAIT_MS = 200;
/** A store that asks to slow down gets longer. */
const THROTTLED_WAIT_MS = 1_000;

export interface RunOptions {
  /** Items per page. */
  batchSize: number;
  /** Items in flight at most. */
  concurrency: number;
  /** Items in all, at most. */
  limit?: number | undefined;
  /** Start after this key. */
  after?: string;
  /** Ends the run after the items in flight. */
  signal: AbortSignal;
  onRetry?: (item: Item, failure: Failure, attempt: number) => void;
}

export type Ending =
  | { state: 'finished' }
  | { state: 'interrupted' }
  /** The store or the database became unreachable; `reason` is for people. */
  | { state: 'failed'; reason: string };

/**
 * Processes a task's items: several in flight, each tried up to {@link ATTEMPTS} times, and outcomes passed to the
 * journal in groups. An item counts only once the journal has it; a kill at any moment loses at most the groups that
 * were not written, and those are done again, which {@link Task.process} allows.
 *
 * | what fails | then |
 * |---|---|
 * | an item, for good | it is a failure, the run goes on |
 * | several in a row because of the store, and the store says so too | the run ends, `failed` |
 * | the database | the run ends, `failed` |
 */
export async function runTask<I extends Item, Change>(
  task: Task<I, Change>,
  journal: Journal<I, Change>,
  options: RunOptions,
): Promise<Ending> {
  const limit = new AdaptiveLimit(options.concurrency);
  const outages = new OutageWatch(() => task.probe());
  const checkpoints = new Checkpoints(journal);
  const inFlight = new Set<Promise<void>>();
  const broken = new AbortController();
  const stop = AbortSignal.any([options.signal, broken.signal, checkpoints.broken]);
  setMaxListeners(options.concurrency, stop); // each item that waits for its next try listens

  const handle = async (item: I): Promise<void> => {
    const settled = await settle(item);
    if (!settled) return;
    await checkpoints.add(settled);
    if (!('failure' in settled)) return outages.succeeded();
    const reason = await outages.failed(settled.failure);
    if (reason !== undefined) broken.abort(new Error(reason));
  };

  /** @returns undefined for an item that is left for the next run */
  const settle = async (item: I): Promise<Settled<I, Change> | undefined> => {
    for (let attempts = 1; ; attempts++) {
      try {
        const outcome = await task.process(item);
        limit.succeeded();
        return { item, attempts, outcome };
      } catch (error) {
        if (isDatabaseLost(error)) throw error;
        const failure = failureOf(error);
        if (failure.throttled) limit.throttled();
        if (!failure.retryable || attempts === ATTEMPTS) return { item, attempts, failure };
        options.onRetry?.(item, failure, attempts);
        await pause((failure.throttled ? THROTTLED_WAIT_MS : FIRST_WAIT_MS) * 4 ** (attempts - 1), stop);
        if (stop.aborted) return undefined;
      }
    }
  };

  try {
    for await (const item of itemsOf(task, options)) {
      await limit.enter();
      if (stop.aborted) break;
      const work: Promise<void> = handle(item)
        .catch((error: unknown) => broken.abort(error))
        .finally(() => {
          limit.leave();
          inFlight.delete(work);
        });
      inFlight.add(work);
    }
  } catch (error) {
    broken.abort(error);
  }
  await Promise.all(inFlight);
  await checkpoints.close();
  if (!stop.aborted) return { state: 'finished' };
  // What came first: something that fails after Ctrl-C, such as a list that S3 never gave, ended nothing.
  if (stop.reason === options.signal.reason) return { state: 'interrupted' };
  return { state: 'failed', reason: reasonOf(stop.reason) };
}

/** A store's error may have a cause that looks like the database's: a missing file and a missing socket are both ENOENT. */
function isDatabaseLost(error: unknown): boolean {
  return !isStorageError(error) && !(error instanceof ItemFailure) && isDatabaseUnavailable(error);
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return isDatabaseLost(error) ? `the database became unreachable: ${message}` : message;
}

/** Waits, with jitter, or until the run is stopped. */
async function pause(ms: number, stop: AbortSignal): Promise<void> {
  await sleep(ms * (0.5 + Math.random()), undefined, { signal: stop }).catch(() => undefined);
}
