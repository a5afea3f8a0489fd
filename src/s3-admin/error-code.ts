import { errnoName } from '../process/errno-name.js';

/** The error's name as S3, SQLite or the operating system gives it: `NoSuchBucket`, `SQLITE_FULL`, `ECONNREFUSED`. */
export function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'Error';
  const { name, Code, $metadata } = error as ServiceError;
  const code = errnoName(error);
  if (
    typeof code === 'string' &&
    /^(E[A-Z]+|EAI_[A-Z]+|SQLITE_[A-Z_]+|[A-Z_]*CERT[A-Z_]*|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/.test(code)
  )
    return code;
  const named = typeof Code === 'string' && Code ? Code : name;
  // A HEAD has no body to name the error in, and a proxy's answer no name: only its status tells.
  const status = named === 'Unknown' || named === 'UnknownError' ? ($metadata?.httpStatusCode ?? 0) : 0;
  if (named === 'Forbidden' || status === 403) return 'AccessDenied';
  if (status >= 300 && status < 400) return 'PermanentRedirect';
  return named ?? 'Error';
}

/** True where the error's code is one of these. */
export function isAwsError(error: unknown, ...codes: string[]): boolean {
  return codes.includes(errorCode(error));
}

/** True for an answer that nothing was done. Where the connection broke, or an earlier try's did, something may have been. */
export function wasRefused(error: unknown): boolean {
  const { httpStatusCode: status = 0, attempts } = (isServiceError(error) && error.$metadata) || {};
  return status >= 400 && status < 500 && attempts === 1;
}

const CREDENTIALS = new Set([
  ...['CredentialsProviderError', 'InvalidAccessKeyId', 'InvalidClientTokenId', 'SignatureDoesNotMatch'],
  ...['ExpiredToken', 'ExpiredTokenException', 'InvalidToken', 'RequestTimeTooSkewed'],
]);

/** True for the code of trouble with who asks, which the next bucket would share. */
export function concernsEveryBucket(code: string): boolean {
  return CREDENTIALS.has(code);
}

interface ServiceError {
  name?: string;
  Code?: unknown;
  $metadata?: { httpStatusCode?: number; attempts?: number };
}

export function isServiceError(error: unknown): error is ServiceError {
  return typeof error === 'object' && error !== null && '$metadata' in error;
}
