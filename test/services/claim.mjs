import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { startTime } from './start-time.mjs';

/**
 * Takes a lock file for this process. One whose owner is gone is cleared, so that the next call can take it.
 * @param {string} lock path
 * @returns {boolean} true for one process only, until that process is gone or removes the file
 */
export function claim(lock) {
  const mine = `${lock}.${process.pid}`;
  writeFileSync(mine, JSON.stringify({ pid: process.pid, startTime: startTime(process.pid) }));
  try {
    linkSync(mine, lock); // appears with its content, or not at all
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (isStale(lock)) clear(lock);
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

function isStale(lock) {
  try {
    const owner = JSON.parse(readFileSync(lock, 'utf8'));
    return startTime(owner.pid) !== owner.startTime;
  } catch {
    return false; // just released
  }
}

function clear(lock) {
  const aside = `${lock}.stale.${process.pid}`;
  try {
    renameSync(lock, aside);
    if (!isStale(aside)) linkSync(aside, lock); // another process had cleared and taken it meanwhile
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}
