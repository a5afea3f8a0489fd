const STOPS_THE_RUN = new Set([
  ...[
    'disk_full',
    'unreachable',
    'ENOSPC',
    'EDQUOT',
    'EROFS',
    'EIO',
    'ESTALE',
    'ENODEV',
    'EMFILE',
    'ENFILE',
    'ENOMEM',
  ],
  ...[
    'ExpiredToken',
    'InvalidAccessKeyId',
    'SignatureDoesNotMatch',
    'RequestTimeTooSkewed',
    'CredentialsProviderError',
  ],
]);

/** True for the code of trouble that the next bucket, and the next object, would share. */
export function stopsTheRun(code: string): boolean {
  return STOPS_THE_RUN.has(code) || isStateFailure(code);
}

/** True where the state file can't be used; a row that its triggers refuse is about one object. */
export function isStateFailure(code: string): boolean {
  return code.startsWith('SQLITE_') && !code.startsWith('SQLITE_CONSTRAINT');
}
