import { StorageError, type StorageErrorContext } from './storage.errors.js';

export interface ByteRange {
  start: number;
  /** Inclusive; if missing, the last byte. */
  end?: number;
}

/**
 * Checks a range against the object's size and clips its end.
 * @returns both ends inclusive; `{start: 0, end: -1}` is the whole of an empty object
 * @throws StorageError `range_not_satisfiable`
 */
export function resolveRange(
  range: ByteRange | undefined,
  size: number,
  context: StorageErrorContext,
): { start: number; end: number } {
  if (!range) return { start: 0, end: size - 1 };
  checkRange(range, context);
  if (range.start >= size) throw unsatisfiable(range, context, ` of an object of ${size} bytes`);
  return { start: range.start, end: Math.min(range.end ?? size - 1, size - 1) };
}

/** Checks what can be checked without knowing the size. @throws StorageError `range_not_satisfiable` */
export function checkRange(range: ByteRange, context: StorageErrorContext): void {
  const end = range.end ?? range.start;
  const whole = Number.isSafeInteger(range.start) && Number.isSafeInteger(end);
  if (!whole || range.start < 0 || end < range.start) throw unsatisfiable(range, context);
}

function unsatisfiable(range: ByteRange, context: StorageErrorContext, of = ''): StorageError {
  return new StorageError('range_not_satisfiable', `bytes ${range.start}-${range.end ?? ''}${of}`, context);
}
