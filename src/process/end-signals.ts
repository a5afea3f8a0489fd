/** How soon the same signal again is the same request, milliseconds; nobody presses Ctrl-C twice in that time and means it. */
const ECHO_MS = 500;

/**
 * Calls on every Ctrl-C and SIGTERM, but once for those that come twice: the terminal and systemd signal npm and the
 * program it runs, and where no shell is left between them npm passes its own signal on.
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
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
}
