import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrno } from './local-errors.js';
import { namesIn } from './local-listing.js';

/**
 * Removes the files of the folder last written before `olderThan`.
 * @returns how many
 */
export async function sweepFolder(folder: string, olderThan: Date): Promise<number> {
  let removed = 0;
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    try {
      if ((await lstat(path)).mtime < olderThan) {
        await rm(path);
        removed += 1;
      }
    } catch (error) {
      // Its writer, or another sweep, was faster.
      if (!hasErrno(error, 'ENOENT')) throw error;
    }
  }
  return removed;
}
