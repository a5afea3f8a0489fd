// Starts a test run with one server in it, frozen, prints both and waits to be killed.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { RUN_VARIABLE, startRun } from '../../services/run.mjs';
import { startTime } from '../../services/start-time.mjs';

await startRun();
const folder = process.env[RUN_VARIABLE];
const { pid } = spawn('sleep', ['600'], { stdio: 'ignore', detached: true });
mkdirSync(`${folder}/processes`);
writeFileSync(`${folder}/processes/${pid}.json`, JSON.stringify({ pid, startTime: startTime(pid), stopBy: 'SIGTERM' }));
process.kill(pid, 'SIGSTOP');
console.log(JSON.stringify({ folder, server: pid }));
setInterval(() => undefined, 60_000);
