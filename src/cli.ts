import './process/collect-early.js';
import { operatorCommands } from './app/operator-commands.js';

// Without its result a command is of no use: it ends as on Ctrl-C, once, though every further line fails, too.
let read = true;
function endEarly(): void {
  if (read) process.kill(process.pid, 'SIGINT');
  read = false;
}
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `| head` has read enough.
  if (read && error.code !== 'EPIPE') process.stderr.write(`The output can't be written: ${error.message}\n`);
  endEarly();
});
// A full disk or a terminal that was closed keeps progress from being seen, and is no reason to end.
process.stderr.on('error', (error: NodeJS.ErrnoException) => error.code === 'EPIPE' && endEarly());
void operatorCommands().parseAsync();
