#!/usr/bin/env node
import '../process/collect-early.js';
import '../process/quiet-sdk.js';
import { loadEnvFiles } from '../config/load-env-files.js';
import { onEndSignals } from '../process/end-signals.js';
import { EXIT } from './exit-codes.js';
import { reportInterrupted, run } from './program.js';

/** How long a command may take to stop after Ctrl-C; a server that hangs does not hold it up for longer. */
const STOP_MS = 5_000;

/** `npm run s3-admin -- <command>`. Ctrl-C asks the command to stop where it can be resumed; a second one ends at once. */
function main(): void {
  loadEnvFiles();
  const argv = process.argv.slice(2);
  const stop = new AbortController();
  let hasEnded = false;
  const endAtOnce = (): never => {
    if (!hasEnded) reportInterrupted(process, argv);
    process.exit(EXIT.interrupted);
  };
  onEndSignals(() => {
    if (stop.signal.aborted) endAtOnce();
    process.stderr.write('\nstopping; press Ctrl-C again to stop at once\n');
    stop.abort();
    setTimeout(endAtOnce, STOP_MS).unref();
  });
  const { env, stdin, stdout, stderr } = process;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `| head` has read enough.
    if (error.code === 'EPIPE') process.exit(EXIT.interrupted);
    const next = 'free space there, then run it again: it skips what is done';
    stderr.write(`error: the result can't be written: ${error.message}\n  next: ${next}\n`);
    process.exit(EXIT.none);
  });
  // Whoever read the messages is gone; that is no reason to stop between a change and its proof.
  stderr.on('error', () => {});
  void run(argv, { env, stdin, stdout, stderr, signal: stop.signal }).then((code) => {
    hasEnded = true;
    process.exitCode = code;
  });
}

main();
