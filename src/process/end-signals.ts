/** How soon the same signal again is the same request, milliseconds; nobody presses Ctrl-C twice in that time and means it. */
const ECHO_MS = 500;

/** SIGHUP: the terminal was closed, or the connection to it broke. */
export const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Calls on every one of them, but once for those that come twice: the terminal and systemd signal npm and the program it
 * runs, and where no shell is left between them npm passes its own signal on.
 * @returns what stops it
 */
export function onEndSignals(asked: (signal: NodeJS.Signals) => void): () => void {
  let last = -Infinity;
  const onSignal = (signal: NodeJS.Signals): void => {
    const now = performance.now();
    const isEcho = now - last < ECHO_MS;
    last = now;
    if (!isEcho) asked(signal);
  };
  for (const signal of END_SIGNALS) process.on(signal, onSignal);
  return () => {
    for (const signal of END_SIGNALS) process.off(signal, onSignal);
  };
}
