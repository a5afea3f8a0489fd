import { setTimeout as sleep } from 'node:timers/promises';
import { kindOf } from './failures.js';
import type { Slots } from './slots.js';

/** Tries in all, and the longest pause between two, milliseconds. */
const TRIES = 5;
const LONGEST_PAUSE = 8_000;

/** Runs one request with the tries, pauses and slots that every request has. */
export type Attempt = <T>(request: () => Promise<T>) => Promise<T>;

/** Runs a request in a slot, and repeats it if that may help, with growing pauses of random length. */
export function attempts(slots: Slots): Attempt {
  return async (request) => {
    for (let tried = 1; ; tried++) {
      const sentAt = Date.now();
      try {
        const result = await slots.run(request);
        slots.succeeded();
        return result;
      } catch (error) {
        const kind = kindOf(error);
        if (kind === 'slow-down') slots.slowDown(sentAt);
        const mayHelp = kind === 'slow-down' || kind === 'again' || kind === 'connection';
        // An overloaded server recovers once it gets fewer requests; that takes more than a few tries.
        if (!mayHelp || tried >= (kind === 'slow-down' ? 2 * TRIES : TRIES)) throw error;
        await sleep(Math.min(LONGEST_PAUSE, 200 * 2 ** tried) * (0.5 + Math.random() / 2));
      }
    }
  };
}
