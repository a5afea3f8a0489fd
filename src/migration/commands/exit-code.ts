import type { Ending } from '../engine/run-task.js';

export const EXIT = { allDone: 0, someFailed: 1, noneDone: 2, badUsage: 2, interrupted: 130 } as const;

/** What the command line, the configuration or the moment does not allow; the message says what to do. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';

  /** @param code stable, for `--json` */
  constructor(
    readonly code: string,
    message: string,
    readonly exitCode: number = EXIT.badUsage,
  ) {
    super(message);
  }
}

/** Nothing to do is all done; a run that was stopped by a fault has failed even where no file has. */
export function exitCodeOf(ending: Ending, figures: { done: number; failed: number }): number {
  if (ending.state === 'interrupted') return EXIT.interrupted;
  if (ending.state === 'finished' && figures.failed === 0) return EXIT.allDone;
  return figures.done === 0 ? EXIT.noneDone : EXIT.someFailed;
}
