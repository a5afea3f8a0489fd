import type { Finding } from './judge.js';
import type { Entry } from './merged.js';

/** What is there, and what is wrong with it. */
export interface ValidationFigures {
  rows: number;
  local: number;
  s3: number;
  missing: number;
  orphaned: number;
  differing: number;
  /** Files whose bytes were read and compared. */
  read: number;
}

export function noFigures(): ValidationFigures {
  return { rows: 0, local: 0, s3: 0, missing: 0, orphaned: 0, differing: 0, read: 0 };
}

/** Adds an entry, and what was found wrong with it. */
export function count(figures: ValidationFigures, { row, local, s3 }: Entry, findings: Finding[]): void {
  const found = (codes: RegExp): boolean => findings.some(({ code }) => codes.test(code));
  if (row) figures.rows += 1;
  if (local) figures.local += 1;
  if (s3) figures.s3 += 1;
  if (found(/_missing$|^no_copy$/)) figures.missing += 1;
  if (found(/_orphan$/)) figures.orphaned += 1;
  if (found(/_(differs|corrupt|unreadable|unrecorded)$/)) figures.differing += 1;
}
