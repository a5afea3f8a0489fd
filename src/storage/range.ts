import { StorageError, type StorageErrorContext } from './storage.errors.js';

export interface ByteRange {
  start: number;
  /** Inclusive; the last byte where it is missing. */
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
  const end = Math.min(range.end ?? size - 1, size - 1);
  const whole = Number.isInteger(range.start) && Number.isInteger(end);
  if (!whole || range.start < 0 || range.start >= size || end < range.start) {
    throw new StorageError(
      'range_not_satisfiable',
      `bytes ${range.start}-${range.end ?? ''} of an object of ${size} bytes`,
      context,
    );
  }
  return { start: range.start, end };
}
