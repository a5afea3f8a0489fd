import { mkdirSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RUN_VARIABLE } from './run.mjs';
import { startTime } from './start-time.mjs';

/** Folder of this test run; what lies in it is removed when the run is over. */
export function runFolder(): string {
  const folder = process.env[RUN_VARIABLE];
  if (!folder)
    throw new Error(`${RUN_VARIABLE} is not set: start the run with startRun() (Jest's global setup does)`);
  return folder;
}

/** A new empty folder of this test run. The path is short: unix sockets may lie in it. */
export function temporaryFolder(name = 'tmp'): string {
  return mkdtempSync(join(runFolder(), `${name}-`));
}

/** Notes a process that must not outlive the run. */
export function noteProcess(pid: number, stopBy: NodeJS.Signals = 'SIGTERM'): void {
  const folder = join(runFolder(), 'processes');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `.${pid}`), JSON.stringify({ pid, stopBy, startTime: startTime(pid) }));
  renameSync(join(folder, `.${pid}`), join(folder, `${pid}.json`));
}
