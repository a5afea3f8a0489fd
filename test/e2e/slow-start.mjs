// A process that has started when it is written to, for processes.e2e-spec.ts: a signal may come before.
import { startOrExit } from '../../dist/process/start-and-stop.js';

const log = (fields, message) => process.stdout.write(`${message ?? fields}\n`);
void startOrExit({ info: log, error: log, fatal: log }, async () => {
  log('starting');
  await new Promise((resolve) => process.stdin.once('data', resolve));
  return async () => log('closed');
});
