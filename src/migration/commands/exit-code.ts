import type { Ending } from '../engine/run-task.js';

export const EXIT = { allDone: 0, someFailed: 1, noneDone: 2, badUsage: 2, interrupted: 130 } as const;

/** Nothing to do is all done; a run that was stopped by a fault has failed even where no file has. */
export function exitCodeOf(ending: Ending, figures: { done: number; failed: number }): number {
  if (ending.state === 'interrupted') return EXIT.interrupted;
  if (ending.state === 'finished' && figures.failed === 0) return EXIT.allDone;
  return figures.done === 0 ? EXIT.noneDone : EXIT.someFailed;
}
