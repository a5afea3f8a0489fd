import { rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { changeTime } from '../change-time.js';
import type { WorkFolder } from '../copy/work-folder.js';

/** Longer than the clock of file times stands still on Linux. */
const TICK_MS = 20;

/**
 * Whether the disk gives files a change time that no program can set back. exFAT and FAT have none, and show the
 * modification time instead. A disk whose times are coarser than {@link TICK_MS} counts as one of these.
 */
export async function keepsChangeTime(work: WorkFolder): Promise<boolean> {
  const file = work.temporaryFile();
  writeFileSync(file, '');
  try {
    const before = changeTime(statSync(file));
    await sleep(TICK_MS);
    utimesSync(file, before / 1_000 - 60, before / 1_000 - 60);
    return changeTime(statSync(file)) > before;
  } finally {
    rmSync(file);
  }
}
