/**
 * An error for the client to see, as RFC 9457 problem+json. `code` is for programs and never changes; `detail` is for
 * people and says what to change. Everything else that is thrown becomes a 500 without details.
 */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly options: {
      /** Further members of the JSON document, snake_case. */
      extensions?: Record<string, unknown>;
      /** Seconds, for the Retry-After header. */
      retryAfter?: number;
      /** Further response headers, such as WWW-Authenticate. */
      headers?: Record<string, string>;
      cause?: unknown;
    } = {},
  ) {
    super(detail, { cause: options.cause });
  }
}
