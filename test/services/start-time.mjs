import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * When the process began, as its system tells it; with the id it names one process for good.
 * @param {number} pid
 * @returns {string | undefined} undefined where there is no such process, or only its zombie
 */
export function startTime(pid) {
  try {
    if (process.platform === 'linux') {
      // fields after the name, which may itself hold spaces and parentheses: state is the 1st, start time the 20th
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
      return fields[0] === 'Z' ? undefined : fields[19];
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}
