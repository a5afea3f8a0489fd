/** Names in lower case. S3 repeats none of those that are read. */
export type AnswerHeaders = Record<string, string | undefined>;

/** An answer that is not what was requested, in the shape of the SDK's errors, which {@link s3Error} reads. */
export class Refusal extends Error {
  readonly $metadata: { httpStatusCode: number; requestId?: string; clockSkewCorrected: boolean };
  /** Where the SDK's retries look for Retry-After. */
  readonly $response: { statusCode: number; headers: AnswerHeaders };

  /** @param clockSkewCorrected it was signed by a clock that was wrong and has been corrected: it should be repeated */
  constructor(status: number, headers: AnswerHeaders, body: string, clockSkewCorrected: boolean) {
    super(elementOf(body, 'Message'));
    // An answer to HEAD, or of a proxy in between, has no name for it.
    this.name = elementOf(body, 'Code') || 'UnknownError';
    this.$response = { statusCode: status, headers };
    const requestId = headers['x-amz-request-id'];
    this.$metadata = {
      httpStatusCode: status,
      ...(requestId && { requestId }),
      clockSkewCorrected,
    };
  }
}

function elementOf(body: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1] ?? '';
}

/** Undici's names for what Node and the SDK have names for. */
const NODE_CODES: Record<string, string> = {
  UND_ERR_SOCKET: 'ECONNRESET',
  UND_ERR_CONNECT_TIMEOUT: 'ETIMEDOUT',
  UND_ERR_HEADERS_TIMEOUT: 'ETIMEDOUT',
  UND_ERR_BODY_TIMEOUT: 'ETIMEDOUT',
};

/** An error of the connection, by the code that the SDK's retries and {@link s3Error} know it by. */
export function connectionError(error: unknown): Error {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const known = NODE_CODES[code];
  return known ? Object.assign(new Error(message, { cause: error }), { code: known }) : (error as Error);
}
