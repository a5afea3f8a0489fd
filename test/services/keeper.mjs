// Waits until the run that started it is over (its standard input ends, even by kill -9), then stops the processes noted
// in the run's folder and removes the folder. First it clears what earlier runs left whose own keeper was killed.
// A process is stopped only if its start time is still the noted one: ids are given out anew.
// usage: keeper.mjs <folder of all runs> <folder of this run>
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTime } from './start-time.mjs';

const [runs, folder] = process.argv.slice(2);

writeFileSync(join(folder, 'keeper.json'), JSON.stringify({ pid: process.pid, startTime: startTime(process.pid) }));
for (const name of readdirSync(runs)) {
  const earlier = join(runs, name);
  const keeper = read(join(earlier, 'keeper.json'));
  if (earlier !== folder && keeper && !isRunning(keeper)) await clear(earlier);
}
process.stdout.write('ready\n');
process.stdin.resume();
process.stdin.on('end', () => void clear(folder));

async function clear(run) {
  const notes = join(run, 'processes');
  const noted = existsSync(notes) ? readdirSync(notes).map((name) => read(join(notes, name))) : [];
  const running = noted.filter((server) => server && isRunning(server));
  for (const { pid } of running) signal(pid, 'SIGCONT'); // a test may have frozen it
  for (const { pid, stopBy } of running) signal(pid, stopBy);
  for (let wait = 0; wait < 50 && running.some(isRunning); wait++) await sleep(100);
  for (const { pid } of running.filter(isRunning)) signal(pid, 'SIGKILL');
  rmSync(run, { recursive: true, force: true, maxRetries: 5 });
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // gone meanwhile, or cut short by a kill
  }
}

function isRunning(noted) {
  return startTime(noted.pid) === noted.startTime;
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
