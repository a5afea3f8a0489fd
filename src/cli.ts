import './collect-early.js';
import { operatorCommands } from './operator-commands.js';

// `| head` has read enough: as Ctrl-C, once, though every further line fails, too.
let read = true;
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (read) process.kill(process.pid, 'SIGINT');
    read = false;
  });
}
void operatorCommands().parseAsync();
