import { ConfigError } from '../config/config.error.js';
import { ToolError } from './tool-error.js';

export interface ErrorDescription {
  /** S3's, SQLite's or the operating system's own name of it, or a {@link ToolError}'s code. */
  code: string;
  message: string;
  /** What to do about it; empty where nobody knows. */
  next: string;
}

const UNKNOWN_AUTHORITY = "set AWS_CA_BUNDLE to the file with the server's certificate authority";

const WRONG_REGION = 'set AWS_S3_REGION_NAME (else AWS_REGION) to the region of the server';

const DAMAGED_STATE =
  'restore a backup of the state file, or move it aside and run `mirror`, which compares the copies with S3 and keeps those that match';

const NEXT: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  ERR_TLS_CERT_ALTNAME_INVALID: "set AWS_S3_ENDPOINT_URL to the host name in the server's certificate",
  CERT_HAS_EXPIRED: "renew the server's certificate, or correct this machine's clock",
  CredentialsProviderError:
    'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or use a role, or set AWS_PROFILE to a profile in ~/.aws (it overrides keys)',
  InvalidAccessKeyId: 'check AWS_ACCESS_KEY_ID, and that it belongs to this endpoint',
  InvalidClientTokenId: 'check AWS_ACCESS_KEY_ID, and that it belongs to this endpoint',
  SignatureDoesNotMatch: 'check AWS_SECRET_ACCESS_KEY',
  ExpiredToken: 'sign in again: the temporary credentials have expired',
  ExpiredTokenException: 'sign in again: the temporary credentials have expired',
  InvalidToken: 'check AWS_SESSION_TOKEN: it must belong to these keys',
  RequestTimeTooSkewed: "correct this machine's clock",
  AccessDenied:
    'request the permission, or check whether the bucket policy denies it (runbooks/policy-lockout.md)',
  NoSuchBucket: 'check the name; the bucket does not exist, or not at this endpoint',
  MalformedPolicy: 'correct the policy file as the server says',
  InvalidArgument:
    'if this is about a policy, correct the policy file: the server does not support an operator or value in it',
  AuthorizationHeaderMalformed: WRONG_REGION,
  IllegalLocationConstraintException: WRONG_REGION,
  InvalidLocationConstraint: WRONG_REGION,
  SlowDown: 'run it again later, or with less concurrency',
  ECONNREFUSED: 'check AWS_S3_ENDPOINT_URL: nothing listens there',
  ENOTFOUND:
    'check AWS_S3_ENDPOINT_URL, AWS_S3_REGION_NAME (else AWS_REGION) and the network: the host name is unknown',
  EAI_AGAIN: 'check the network: no DNS server answers',
  TimeoutError: 'check the network and the server, then run it again',
  ETIMEDOUT: 'check the network and the server, then run it again',
  ECONNRESET: 'check the network and the server, then run it again',
  EPROTO: 'check AWS_S3_ENDPOINT_URL: the server may expect http:// there, or use an outdated TLS version',
  ENOSPC:
    'free space on the disk (see df, and df -i for inodes), then run it again: it continues where it stopped',
  EDQUOT: 'free space on the disk, then run it again: it continues where it stopped',
  EACCES: 'check the permissions of that file and its folder',
  EPERM: 'check the permissions of that file and its folder',
  EROFS:
    'mount that disk for writing (a failing disk becomes read-only by itself: see dmesg), or choose a folder on another',
  EIO: 'repair the disk: it is failing (see dmesg); then run it again',
  unreadable:
    'make it readable, or check the disk (see dmesg), and run `mirror verify`; or run `mirror retry`, which copies it again',
  EEXIST: 'move away what is in the place of that folder',
  ENOTDIR: 'move away what is in the place of that folder',
  SQLITE_BUSY: 'stop the program that has the state file locked, then run it again',
  SQLITE_READONLY:
    'make the state file, those beside it (-wal, -shm) and their folder writable, and mount their disk for writing',
  SQLITE_IOERR: 'check the disk of the state file: it is failing or was removed; then run it again',
  SQLITE_NOTADB: DAMAGED_STATE,
  SQLITE_CORRUPT: DAMAGED_STATE,
  SQLITE_FULL: 'free space on the disk of the state file, then run it again: it continues where it stopped',
};

/** In the SDK's message about an answer that it could not read. */
const NO_S3_ANSWER = 'Deserialization error';

/** Puts any error into words for an operator. The names of S3's errors stand here and nowhere else. */
export function describeError(error: unknown): ErrorDescription {
  if (error instanceof ToolError) return { code: error.code, message: error.message, next: error.next };
  if (error instanceof ConfigError) {
    return { code: 'bad_setting', message: error.message, next: 'see --help for the flags and variables' };
  }
  const text = error instanceof Error ? firstMessage(error) : String(error);
  if (text.includes(NO_S3_ANSWER)) {
    return {
      code: 'bad_answer',
      message: `what answers is not an S3 server (${text.split('\n')[0]})`,
      next: 'check AWS_S3_ENDPOINT_URL, and whether a proxy or login page answers instead; then run it again',
    };
  }
  const code = errorCode(error);
  const status = isServiceError(error) ? error.$metadata?.httpStatusCode : undefined;
  const said = text && text !== code && text !== 'UnknownError';
  const message = said ? (text.startsWith(code) ? text : `${code}: ${text}`) : code;
  return { code, message: status && !text ? `${message} (HTTP ${status})` : message, next: NEXT[code] ?? '' };
}

/** The same in one line, for where an error is kept and shown later. */
export function describeInOneLine(error: unknown): string {
  const { message, next } = describeError(error);
  return next ? `${message}; ${next}` : message;
}

/** What to do about an error that is kept as `CODE: detail`; empty where nobody knows. */
export function nextOf(kept: string): string {
  return NEXT[/^\w+/.exec(kept)?.[0] ?? ''] ?? '';
}

/** The error's name as S3, SQLite or the operating system gives it: `NoSuchBucket`, `SQLITE_FULL`, `ECONNREFUSED`. */
export function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'Error';
  const { name, Code, code, $metadata } = error as ServiceError & { code?: unknown };
  if (
    typeof code === 'string' &&
    /^(E[A-Z]+|EAI_[A-Z]+|SQLITE_[A-Z_]+|[A-Z_]*CERT[A-Z_]*|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/.test(code)
  )
    return code;
  const named = typeof Code === 'string' && Code ? Code : name;
  // A HEAD has no body to name the error in: only its status tells.
  if (
    named === 'Forbidden' ||
    ((named === 'Unknown' || named === 'UnknownError') && $metadata?.httpStatusCode === 403)
  ) {
    return 'AccessDenied';
  }
  return named ?? 'Error';
}

const CREDENTIALS = new Set([
  ...['CredentialsProviderError', 'InvalidAccessKeyId', 'InvalidClientTokenId', 'SignatureDoesNotMatch'],
  ...['ExpiredToken', 'ExpiredTokenException', 'InvalidToken', 'RequestTimeTooSkewed'],
]);

/** True for the code of trouble with who asks, which the next bucket would share. */
export function concernsEveryBucket(code: string): boolean {
  return CREDENTIALS.has(code);
}

/** True where the error's code is one of these. */
export function isAwsError(error: unknown, ...codes: string[]): boolean {
  return codes.includes(errorCode(error));
}

/** True where the server found the request itself wrong, and so did nothing. */
export function isBadRequest(error: unknown): boolean {
  return isServiceError(error) && error.$metadata?.httpStatusCode === 400;
}

interface ServiceError {
  name?: string;
  Code?: unknown;
  $metadata?: { httpStatusCode?: number };
}

function isServiceError(error: unknown): error is ServiceError {
  return typeof error === 'object' && error !== null && '$metadata' in error;
}

/** Node wraps several failed connections into an AggregateError whose own message is empty; the SDK names its parts. */
function firstMessage(error: Error): string {
  const inner = error instanceof AggregateError ? (error.errors[0] as unknown) : undefined;
  const message = error.message || (inner instanceof Error ? inner.message : '');
  return message.trim().replace(/^@smithy\S+ - \[\w+\] /, '');
}
