import type { S3Client } from '@aws-sdk/client-s3';
import { retryMiddleware } from '@smithy/core/retry';
import { Agent, type Dispatcher } from 'undici';
import { Signer } from '../../../sigv4/signer.js';
import { encodePath } from '../../../sigv4/uri-encode.js';
import type { StorageKey } from '../../storage-key.js';
import { type AnswerHeaders, connectionError, Refusal } from './refusal.js';
import { SOCKETS } from './s3-client.js';
import type { S3Target } from './s3-target.js';
import { ServerClock } from './server-clock.js';
import type { SendOptions, TimeLimits } from './time-limits.js';

export interface ObjectRequest {
  method: 'GET' | 'HEAD' | 'PUT';
  key: StorageKey;
  /** Names in lower case. */
  headers: Record<string, string>;
  body?: { bytes: Buffer; sha256: string };
}

interface SignedRequest {
  origin: string;
  path: string;
  method: ObjectRequest['method'];
  headers: Record<string, string>;
  body: Buffer | null;
  signedAt: Date;
}

interface Answer {
  headers: AnswerHeaders;
  body: Dispatcher.ResponseData['body'];
}

/**
 * Sends requests about single objects. It exists because the SDK's client takes longer for a small object than reading,
 * hashing and sending it do; everything else goes through the SDK. Endpoint, region, credentials, clock and retries,
 * with their budget, are the SDK client's own.
 */
export class ObjectClient {
  readonly #sdk: S3Client;
  readonly #target: () => Promise<S3Target>;
  readonly #agent: Agent;
  readonly #clock: ServerClock;
  #signer: Signer | undefined;

  constructor(sdk: S3Client, target: () => Promise<S3Target>, limits: TimeLimits) {
    this.#sdk = sdk;
    this.#target = target;
    this.#clock = new ServerClock(sdk.config);
    this.#agent = new Agent({
      connections: SOCKETS,
      connect: { timeout: limits.connectMs },
      // A body may wait for its reader; ResponseBody distinguishes that from a server that hangs.
      bodyTimeout: 0,
    });
  }

  /**
   * For answers whose body does not matter.
   * @throws Refusal, or the connection's own error
   */
  send(request: ObjectRequest, options: SendOptions): Promise<AnswerHeaders> {
    return this.#withRetries(options, async () => {
      const { headers, body } = await this.#sendOnce(request, options);
      await body.dump();
      return headers;
    });
  }

  /** The caller must read the body to its end or destroy it. @throws as {@link send} */
  open(request: ObjectRequest, options: SendOptions): Promise<Answer> {
    return this.#withRetries(options, () => this.#sendOnce(request, options));
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  /** The request as it goes over the wire, signed with the present time. @throws the SDK's errors where there are no credentials */
  async sign({ method, key, headers, body }: ObjectRequest): Promise<SignedRequest> {
    const { origin, host, basePath, region } = await this.#target();
    const credentials = await this.#sdk.config.credentials();
    this.#signer ??= new Signer(region);
    const path = basePath + encodePath(key);
    const signedAt = this.#clock.now();
    const toSign = { method, host, path, headers, ...(body && { bodySha256: body.sha256 }) };
    const signed = this.#signer.sign(toSign, credentials, signedAt);
    return { origin, path, method, headers: signed.headers, body: body?.bytes ?? null, signedAt };
  }

  async #sendOnce(request: ObjectRequest, { abortSignal, requestTimeout }: SendOptions): Promise<Answer> {
    const { signedAt, ...signed } = await this.sign(request);
    const limits = { signal: abortSignal, headersTimeout: requestTimeout };
    const { statusCode, headers, body } = await this.#agent.request({ ...signed, ...limits });
    const answer = { headers: headers as AnswerHeaders, body };
    const wasOff = this.#clock.hear(answer.headers, signedAt);
    if (statusCode < 300) return answer;
    throw new Refusal(statusCode, answer.headers, await body.text(), wasOff);
  }

  /** The SDK's own retries. */
  async #withRetries<T>({ abortSignal }: SendOptions, work: () => Promise<T>): Promise<T> {
    const attempt = async () => {
      try {
        return { response: undefined, output: { result: await work(), $metadata: {} } };
      } catch (error) {
        throw connectionError(error);
      }
    };
    const context = { __smithy_context: { abortSignal } };
    const { output } = await retryMiddleware(this.#sdk.config)(attempt, context)({ input: {}, request: {} });
    return output.result;
  }
}
