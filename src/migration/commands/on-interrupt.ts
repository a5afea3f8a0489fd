import { onEndSignals } from '../../process/end-signals.js';
import { EXIT } from './exit-code.js';

/**
 * The first Ctrl-C (or SIGTERM) asks the run to stop after what is in flight; the second ends the process at once, which
 * a run survives like any kill.
 */
export function onInterrupt(): { signal: AbortSignal; dispose(): void } {
  const asked = new AbortController();
  const dispose = onEndSignals(() => {
    if (asked.signal.aborted) process.exit(EXIT.interrupted);
    process.stderr.write('\nStopping after the files in flight; press Ctrl-C again to stop at once.\n');
    asked.abort();
  });
  return { signal: asked.signal, dispose };
}
