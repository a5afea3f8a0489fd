/**
 * A failure the operator can act on. `message` says what is wrong, `next` what to do about it; neither holds a secret.
 * It is printed without a stack trace.
 */
export class ToolError extends Error {
  override readonly name = 'ToolError';

  constructor(
    /** For programs: never changes. */
    readonly code: string,
    message: string,
    readonly next: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
