import parseRange from 'range-parser';

export interface ByteRange {
  start: number;
  /** Inclusive. */
  end: number;
}

/**
 * What a Range header asks for (RFC 9110, 14.2). Null: send the whole file, which is also the right answer to several
 * ranges, to an unknown unit and to a malformed header.
 */
export function requestedRange(header: string | undefined, size: number): ByteRange | null | 'unsatisfiable' {
  if (!header) return null;
  const ranges = parseRange(size, header);
  if (ranges === -1) return 'unsatisfiable';
  const [only] = ranges === -2 || ranges.type !== 'bytes' || ranges.length > 1 ? [] : ranges;
  return only ? { start: only.start, end: only.end } : null;
}

/** Whether an If-None-Match header names this ETag; weak comparison, as RFC 9110, 13.1.2 asks. */
export function namesEtag(header: string | undefined, etag: string): boolean {
  if (!header) return false;
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
