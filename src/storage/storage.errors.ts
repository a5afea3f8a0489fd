/**
 * What went wrong, in words that don't depend on the backend. Callers decide by code, never by an SDK's or the
 * operating system's error names: those appear only where a backend translates them.
 *
 * | code | means | retryable |
 * |---|---|---|
 * | invalid_key | not a key; a bug or an attack | no |
 * | not_found | no object with this key | no |
 * | conflict | another file already has this key | no |
 * | checksum_mismatch | the bytes are not those that were promised | no |
 * | changed | the object was replaced while it was read | yes |
 * | range_not_satisfiable | the range starts beyond the end | no |
 * | archived | in an archive class; ask for a restore | no |
 * | access_denied | credentials are known but may not do this | no |
 * | bad_credentials | wrong, unknown or expired credentials | no |
 * | clock_skew | this machine's clock is too far from the server's | no |
 * | misconfigured | wrong bucket, region or endpoint | no |
 * | no_space | disk full or quota exceeded | no |
 * | throttled | asked to slow down | yes |
 * | unavailable | no answer, refused, reset, cut short, server error | yes |
 * | timeout | a time limit passed | yes |
 * | aborted | the caller gave up | no |
 * | internal | anything that is none of the above | no |
 */
export type StorageErrorCode =
  | 'invalid_key'
  | 'not_found'
  | 'conflict'
  | 'checksum_mismatch'
  | 'changed'
  | 'range_not_satisfiable'
  | 'archived'
  | 'access_denied'
  | 'bad_credentials'
  | 'clock_skew'
  | 'misconfigured'
  | 'no_space'
  | 'throttled'
  | 'unavailable'
  | 'timeout'
  | 'aborted'
  | 'internal';

const RETRYABLE: ReadonlySet<StorageErrorCode> = new Set(['changed', 'throttled', 'unavailable', 'timeout']);

/** Codes that mean that the store, not the file, is in trouble: a read may fall back, a write is answered with 503. */
const OUTAGES: ReadonlySet<StorageErrorCode> = new Set([
  'access_denied',
  'bad_credentials',
  'clock_skew',
  'misconfigured',
  'no_space',
  'throttled',
  'unavailable',
  'timeout',
]);

export interface StorageErrorContext {
  operation: string;
  backend?: string;
  key?: string;
  /** HTTP status, if there was one. */
  status?: number;
  /** The server's own id for the request, for its operator. */
  requestId?: string;
}

export class StorageError extends Error {
  override readonly name = 'StorageError';

  constructor(
    readonly code: StorageErrorCode,
    message: string,
    readonly context: StorageErrorContext,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }

  /** The same call may succeed if repeated, without anyone changing anything. */
  get retryable(): boolean {
    return RETRYABLE.has(this.code);
  }

  /** The store as a whole is in trouble, rather than this one file. */
  get outage(): boolean {
    return OUTAGES.has(this.code);
  }
}

export function isStorageError(error: unknown, ...codes: StorageErrorCode[]): error is StorageError {
  return error instanceof StorageError && (codes.length === 0 || codes.includes(error.code));
}

/** What the store returned, or undefined if it has no such object. @throws StorageError any other */
export async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isStorageError(error, 'not_found')) return undefined;
    throw error;
  }
}
