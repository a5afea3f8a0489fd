import { setTimeout as sleep } from 'node:timers/promises';

type Maybe<T> = T | false | undefined;

/**
 * Looks again and again.
 * @returns the first answer that is truthy
 * @throws if there is none within a minute, with what was waited for
 */
export async function until<T>(look: () => Maybe<T> | Promise<Maybe<T>>, everyMs = 20): Promise<T> {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(everyMs)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`not within a minute: ${String(look)}`);
}
