import type { Ending } from '../engine/run-task.js';

export const EXIT = { allDone: 0, someFailed: 1, noneDone: 2, badUsage: 2, interrupted: 130 } as const;

/** Nothing to do counts as all done; a run that was stopped by an error has failed even if no file has. */
export function exitCodeOf(ending: Ending, figures: { done: number; failed: number }): number {
  if (ending.state === 'interrupted') return EXIT.interrupted;
  if (ending.state === 'finished' && figures.failed === 0) return EXIT.allDone;
  return figures.done === 0 ? EXIT.noneDone : EXIT.someFailed;
}
