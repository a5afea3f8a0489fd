import type { StorageErrorCode } from '../../storage.errors.js';

/** What the service does about it, and what an operator does. */
type Meaning = [StorageErrorCode, advice: string];

const CREDENTIALS: Meaning = [
  'bad_credentials',
  'S3 refuses the credentials: check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, the profile or the role',
];
const EXPIRED: Meaning = ['bad_credentials', 'the credentials have expired: renew the session or the role'];
const NO_CREDENTIALS: Meaning = [
  'bad_credentials',
  'no AWS credentials found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile or a role',
];
const CLOCK: Meaning = [
  'clock_skew',
  "this machine's clock is more than 15 minutes off the server's: set it by NTP",
];
const DENIED: Meaning = [
  'access_denied',
  "access denied: check the IAM policy, the bucket policy (does it require another encryption than AWS_S3_ENCRYPTION?) and the KMS key's policy",
];
const BUCKET: Meaning = ['misconfigured', 'the bucket does not exist: check AWS_STORAGE_BUCKET_NAME'];
const REGION: Meaning = ['misconfigured', 'the bucket is in another region: check AWS_S3_REGION_NAME'];
const KMS: Meaning = ['misconfigured', 'the KMS key cannot be used: check AWS_S3_KMS_KEY_ID'];
const UNSUPPORTED: Meaning = [
  'misconfigured',
  'the server does not support this request: check AWS_S3_ENDPOINT_URL and AWS_S3_ADDRESSING_STYLE',
];
const ADDRESS: Meaning = [
  'misconfigured',
  'endpoint and bucket do not form a valid address: check AWS_S3_ENDPOINT_URL, or set AWS_S3_ADDRESSING_STYLE=path',
];
const TLS: Meaning = [
  'misconfigured',
  "the server's TLS certificate is not trusted: check AWS_S3_ENDPOINT_URL or set NODE_EXTRA_CA_CERTS",
];
const FULL: Meaning = ['no_space', 'the quota of the bucket or user is used up: raise it or free some space'];
const SLOW: Meaning = ['throttled', 'S3 asks to slow down'];
const SERVER: Meaning = ['unavailable', 'S3 reports an internal error'];
const DAMAGED: Meaning = ['unavailable', 'the bytes were damaged on the way to S3, which rejected them'];
const NETWORK: Meaning = ['unavailable', 'the connection to S3 broke'];
const HOST: Meaning = ['unavailable', 'the S3 host was not found: check AWS_S3_ENDPOINT_URL and DNS'];
const REFUSED: Meaning = ['unavailable', 'nothing listens there: check AWS_S3_ENDPOINT_URL and the server'];
const SLUGGISH: Meaning = ['timeout', 'S3 did not answer in time'];

/** By the server's error code or the SDK's error name. */
const BY_NAME: Record<string, Meaning> = {
  NoSuchKey: ['not_found', 'no object with this key'],
  NotFound: ['not_found', 'no object with this key'],
  NoSuchVersion: ['not_found', 'no such version of the object'],
  InvalidRange: ['range_not_satisfiable', 'the range starts beyond the end'],
  InvalidObjectState: ['archived', 'the object is in an archive class and must be restored first'],
  PreconditionFailed: ['changed', 'the object is not the version that was requested'],
  NoSuchBucket: BUCKET,
  InvalidBucketName: BUCKET,
  PermanentRedirect: REGION,
  TemporaryRedirect: REGION,
  AuthorizationHeaderMalformed: REGION,
  IllegalLocationConstraintException: REGION,
  InvalidAccessKeyId: CREDENTIALS,
  SignatureDoesNotMatch: CREDENTIALS,
  InvalidToken: CREDENTIALS,
  InvalidClientTokenId: CREDENTIALS,
  UnrecognizedClientException: CREDENTIALS,
  ExpiredToken: EXPIRED,
  ExpiredTokenException: EXPIRED,
  TokenRefreshRequired: EXPIRED,
  CredentialsProviderError: NO_CREDENTIALS,
  RequestTimeTooSkewed: CLOCK,
  RequestExpired: CLOCK,
  AccessDenied: DENIED,
  AllAccessDisabled: DENIED,
  AccountProblem: DENIED,
  'KMS.NotFoundException': KMS,
  'KMS.DisabledException': KMS,
  'KMS.KMSInvalidStateException': KMS,
  'KMS.InvalidKeyUsageException': KMS,
  NotImplemented: UNSUPPORTED,
  MethodNotAllowed: UNSUPPORTED,
  QuotaExceeded: FULL,
  ServiceQuotaExceededException: FULL,
  InsufficientCapacity: FULL,
  SlowDown: SLOW,
  RequestLimitExceeded: SLOW,
  Throttling: SLOW,
  ThrottlingException: SLOW,
  TooManyRequestsException: SLOW,
  InternalError: SERVER,
  ServiceUnavailable: SERVER,
  GlacierExpeditedRetrievalNotAvailable: SERVER,
  OperationAborted: SERVER,
  RequestTimeout: SLUGGISH,
  BadDigest: DAMAGED,
  XAmzContentSHA256Mismatch: DAMAGED,
  XAmzContentChecksumMismatch: DAMAGED,
  IncompleteBody: DAMAGED,
};

/** By Node's error code. */
const BY_ERRNO: Record<string, Meaning> = {
  ECONNREFUSED: REFUSED,
  ECONNRESET: NETWORK,
  EPIPE: NETWORK,
  EHOSTUNREACH: NETWORK,
  ENETUNREACH: NETWORK,
  ENOTFOUND: HOST,
  EAI_AGAIN: HOST,
  ETIMEDOUT: SLUGGISH,
  ERR_INVALID_URL: ADDRESS,
  CERT_HAS_EXPIRED: TLS,
  DEPTH_ZERO_SELF_SIGNED_CERT: TLS,
  ERR_TLS_CERT_ALTNAME_INVALID: TLS,
  SELF_SIGNED_CERT_IN_CHAIN: TLS,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: TLS,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: TLS,
};

/** By HTTP status, for answers without a body: those to HEAD, and those of proxies in between. */
function byStatus(status: number): Meaning | undefined {
  if (status === 301 || status === 307 || status === 400) return REGION;
  if (status === 401 || status === 403) return DENIED;
  if (status === 404) return BY_NAME['NoSuchKey'];
  if (status === 412) return BY_NAME['PreconditionFailed'];
  if (status === 416) return BY_NAME['InvalidRange'];
  if (status === 429) return SLOW;
  if (status === 501) return UNSUPPORTED;
  if (status === 507) return FULL;
  return status >= 500 ? SERVER : undefined;
}

/**
 * What an error of S3, the SDK or the connection means.
 * @param code Node's own, where it has one: the SDK calls most of these `TimeoutError`, so it is checked first
 */
export function meaningOf(error: { name: string; code: unknown; status: number | undefined }): Meaning {
  const { name, code, status } = error;
  return (
    (typeof code === 'string' && BY_ERRNO[code]) ||
    BY_NAME[name] ||
    (name === 'TimeoutError' && SLUGGISH) ||
    (status !== undefined && byStatus(status)) || ['internal', 'unexpected answer from S3']
  );
}

/** True for a name that says what is wrong. */
export function isKnownName(name: string): boolean {
  return BY_NAME[name] !== undefined;
}
