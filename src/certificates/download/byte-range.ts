export interface ByteRange {
  start: number;
  /** Inclusive. */
  end: number;
}

const ONE_RANGE = /^bytes=\s*(?:(?<start>\d+)-(?<end>\d*)|-(?<last>\d+))\s*$/i;

/**
 * What a Range header asks for (RFC 9110, 14.2). Null: send the whole file, which is also the right answer to several
 * ranges, to an unknown unit and to a malformed header.
 */
export function requestedRange(header: string | undefined, size: number): ByteRange | null | 'unsatisfiable' {
  const { start, end, last } = ONE_RANGE.exec(header ?? '')?.groups ?? {};
  if (last !== undefined) {
    // More than there is means all of it: a reader of file ends does not know how long the file is.
    return Number(last) === 0 || size === 0
      ? 'unsatisfiable'
      : { start: Math.max(0, size - Number(last)), end: size - 1 };
  }
  if (start === undefined || (end && Number(end) < Number(start))) return null;
  if (Number(start) >= size) return 'unsatisfiable';
  return { start: Number(start), end: end ? Math.min(Number(end), size - 1) : size - 1 };
}
