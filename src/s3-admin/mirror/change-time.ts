import type { Stats } from 'node:fs';

/**
 * When a file's content, name or attributes last changed (ctime), milliseconds. The system sets it, and no program can
 * set it back: if it is what it was when a copy was read back, the file is unchanged, whatever its other times say. Disks
 * that have no such time are told by `delete/keeps-change-time.ts`.
 */
export function changeTime({ ctimeMs }: Stats): number {
  return Math.floor(ctimeMs);
}
