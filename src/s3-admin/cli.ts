#!/usr/bin/env node
import '../collect-early.js';
import { loadEnvFiles } from '../config/load-env-files.js';
import { EXIT } from './exit-codes.js';
import { run } from './program.js';

/** How long a command may take to stop after Ctrl-C; a server that hangs does not hold it up for longer. */
const STOP_MS = 5_000;

/** `npm run s3-admin -- <command>`. Ctrl-C asks the command to stop where it can be resumed; a second one ends at once. */
function main(): void {
  loadEnvFiles();
  // The SDK version is pinned; its call for a newer Node is for whoever changes that, not for the operator.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(EXIT.interrupted);
      process.stderr.write('\nstopping; Ctrl-C again ends at once\n');
      stop.abort();
      setTimeout(() => process.exit(EXIT.interrupted), STOP_MS).unref();
    });
  }
  const { env, stdin, stdout, stderr } = process;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `| head` has read enough.
    if (error.code === 'EPIPE') process.exit(EXIT.interrupted);
    const next = 'free space there, and run it again: what is done already is found done';
    stderr.write(`error: the result can't be written: ${error.message}\n  next: ${next}\n`);
    process.exit(EXIT.none);
  });
  // Whoever read the messages is gone; that is no reason to stop between a change and its proof.
  stderr.on('error', () => {});
  void run(process.argv.slice(2), { env, stdin, stdout, stderr, signal: stop.signal }).then((code) => {
    process.exitCode = code;
  });
}

main();
