import { open } from 'node:fs/promises';
import { readlinkSync } from 'node:fs';
import { jest } from '@jest/globals';

/**
 * What is fsynced from now on, in order. Jest's spies are undone by `jest.restoreAllMocks()`. Linux only: asks /proc which
 * file it is.
 * @param seen called at each one, before it takes place
 */
export async function watchSyncs(seen: (path: string) => void): Promise<void> {
  const handle = await open('/dev/null');
  const prototype = Object.getPrototypeOf(handle) as { sync: (this: { fd: number }) => Promise<void> };
  await handle.close();
  const { sync } = prototype;
  jest.spyOn(prototype, 'sync').mockImplementation(function (this: { fd: number }) {
    seen(readlinkSync(`/proc/self/fd/${this.fd}`));
    return sync.call(this);
  });
}
