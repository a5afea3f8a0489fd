// A process that has started when it is written to, for processes.e2e-spec.ts: a signal may come before.
import { closeOnSignals } from '../../dist/process/start-and-stop.js';

const log = (fields, message) => process.stdout.write(`${message ?? fields}\n`);
let open = false;
const starting = new Promise((resolve) => {
  process.stdin.once('data', () => {
    open = true;
    resolve();
  });
});
closeOnSignals({ info: log, error: log, fatal: log }, starting, async () => log(open ? 'closed' : 'closed too early'));
log('starting');
