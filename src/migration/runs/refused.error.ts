/** What the command line, the configuration or the moment does not allow; the message says what to do. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';

  /** @param code stable, for `--json` */
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
