import { errorCode } from '../../error-code.js';
import { ToolError } from '../../tool-error.js';
import { SymbolicLink } from '../inside-root.js';
import { stopsTheRun } from '../stops-the-run.js';
import { S3ReadError } from './response.js';

/**
 * What to do about an error while copying one object.
 *
 * | error | then |
 * |---|---|
 * | SlowDown, 429, 503 | fewer requests at once, and again |
 * | 500, 502, 504, RequestTimeout, bytes cut short, bytes that differ from S3's checksum | again; after 5 tries (2 of a large object) it has failed |
 * | no answer, connection lost | again; after 5 tries the object has failed if a HEAD of it is answered, else the run stops, because the next one would fare no better |
 * | 412: another ETag than when scanned | look again, then copy what is there now |
 * | 404 | gone since the scan |
 * | 403 InvalidObjectState | archived: restore it first |
 * | a symbolic link where the copy belongs | the object has failed |
 * | credentials wrong or expired; disk full, read-only, broken; no memory; the state can't be written | the run stops |
 * | anything else | the object has failed |
 */
export type FailureKind =
  | 'slow-down'
  | 'again'
  | 'connection'
  | 'changed'
  | 'gone'
  | 'archived'
  | 'stop'
  | 'failed';

/** Bytes that are not the object's. */
export class ContentError extends Error {
  override readonly name = 'ContentError';

  constructor(
    readonly code: 'content_differs' | 'size_differs',
    message: string,
  ) {
    super(message);
  }
}

const NETWORK = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EPROTO'],
  ...['EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'ENOTFOUND', 'EAI_AGAIN'],
  ...['EADDRNOTAVAIL', 'ENOBUFS', 'ECANCELED'],
]);

export function kindOf(error: unknown): FailureKind {
  if (error instanceof S3ReadError) {
    if (error.status === 429 || error.status === 503) return 'slow-down';
    if (error.status >= 500 || error.code === 'RequestTimeout') return 'again';
    if (error.status === 412) return 'changed';
    if (error.code === 'NoSuchKey' || error.code === 'NoSuchVersion') return 'gone';
    if (error.code === 'InvalidObjectState') return 'archived';
    if (stopsTheRun(error.code) || OF_THE_BUCKET.has(error.code)) return 'stop';
    return 'failed';
  }
  if (error instanceof ContentError) return 'again';
  if (error instanceof SymbolicLink) return 'failed';
  if (error instanceof ToolError) return 'stop';
  const code = errorCode(error);
  if (stopsTheRun(code)) return 'stop';
  return NETWORK.has(code) ? 'connection' : 'failed';
}

/** S3's refusals that hold for every object of the bucket. */
const OF_THE_BUCKET = new Set([
  'NoSuchBucket',
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'TokenRefreshRequired',
]);

/** As it stands in the state file: `CODE: detail`. */
export function describeFailure(error: unknown): string {
  if (error instanceof S3ReadError) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  return code && !message.startsWith(code) ? `${code}: ${message}` : message;
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
