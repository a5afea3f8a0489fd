const UNKNOWN_AUTHORITY = "set AWS_CA_BUNDLE to the file with the server's certificate authority";

const WRONG_REGION = 'set AWS_S3_REGION_NAME (else AWS_REGION) to the region of the server';

const ELSEWHERE =
  'the bucket is at another address: unset AWS_S3_ENDPOINT_URL on AWS; elsewhere set it to the server itself, and check whether a proxy or login page answers';

const DAMAGED_STATE =
  'restore a backup of the state file, or move it aside and run `mirror`, which compares the copies with S3 and keeps those that match';

/** By the error's name. The service has a table of its own, `s3-error-table.ts`: it must also know whether to try again. */
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
  PermanentRedirect: ELSEWHERE,
  TemporaryRedirect: ELSEWHERE,
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
  EDQUOT: 'free space or have the disk quota raised, then run it again: it continues where it stopped',
  ESTALE: 'mount the network file system again, then run it again: it continues where it stopped',
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
  SQLITE_IOERR:
    'check the disk of the state file: it is failing, was removed, or its quota is used up; then run it again',
  SQLITE_NOTADB: DAMAGED_STATE,
  SQLITE_CORRUPT: DAMAGED_STATE,
  SQLITE_FULL: 'free space on the disk of the state file, then run it again: it continues where it stopped',
};

/** What to do about an error of this code; empty where nobody knows. */
export function adviceFor(code: string): string {
  if (/^HTTP5\d\d$/.test(code)) return 'check the server, or the proxy before it; then run it again';
  // SQLite's own codes have a part of their own for each cause: SQLITE_IOERR_WRITE.
  return NEXT[code] ?? NEXT[/^SQLITE_[A-Z]+/.exec(code)?.[0] ?? ''] ?? '';
}

/** What to do about an error that is kept as `CODE: detail`; empty where nobody knows. */
export function adviceForKept(kept: string): string {
  return adviceFor(/^\w+/.exec(kept)?.[0] ?? '');
}
