import type { S3Client } from '@aws-sdk/client-s3';
import type { S3Config } from '../../../config/config.js';
import type { StorageErrorContext } from '../../storage.errors.js';
import type { StorageKey } from '../../storage-key.js';
import { StorageError } from '../../storage.errors.js';
import { ObjectClient } from './object-client.js';
import { s3Error } from './s3-errors.js';
import { learnTarget, type S3Target } from './s3-target.js';
import { type SendOptions, type TimeLimits, transferMs } from './time-limits.js';

export interface CallOptions {
  key?: StorageKey;
  /** The caller's own signal to stop. */
  signal?: AbortSignal | undefined;
  /** Bytes that the request carries. */
  sends?: number;
}

/** A client, its bucket and its limits: what the operations on S3 share. */
export class S3Connection {
  /** For what is called often; see there. */
  readonly objects: ObjectClient;
  #target: Promise<S3Target> | undefined;

  constructor(
    readonly client: S3Client,
    readonly config: S3Config,
    readonly limits: TimeLimits,
  ) {
    this.objects = new ObjectClient(client, () => this.target(), limits);
  }

  get bucket(): string {
    return this.config.bucket;
  }

  /** @throws the SDK's errors if endpoint and bucket form no address, or there are no credentials */
  target(): Promise<S3Target> {
    this.#target ??= learnTarget(this.client, this.bucket).catch((error: unknown) => {
      this.#target = undefined;
      throw error;
    });
    return this.#target;
  }

  async close(): Promise<void> {
    this.client.destroy();
    await this.objects.close();
  }

  context(operation: string, key?: StorageKey): StorageErrorContext {
    return { operation, backend: 's3', ...(key && { key }) };
  }

  /**
   * Sends one request within the limits.
   * @throws StorageError whatever went wrong; `timeout` if the call with all its retries took too long
   */
  async call<Output>(
    operation: string,
    { key, signal, sends = 0 }: CallOptions,
    send: (options: SendOptions) => Promise<Output>,
  ): Promise<Output> {
    const context = this.context(operation, key);
    const extraMs = transferMs(this.limits, sends);
    const limitMs = this.limits.callMs + extraMs;
    const deadline = new AbortController();
    // Cleared once there is an answer: its body has limits of its own, and the SDK listens to the signal until its end.
    const timer = setTimeout(() => deadline.abort(), limitMs);
    try {
      return await send({
        abortSignal: signal ? AbortSignal.any([deadline.signal, signal]) : deadline.signal,
        requestTimeout: this.limits.firstByteMs + extraMs,
      });
    } catch (error) {
      if (signal?.aborted) throw new StorageError('aborted', 'the caller gave up', context, { cause: error });
      if (deadline.signal.aborted) {
        const message = `S3 did not answer within ${limitMs / 1000} s`;
        throw new StorageError('timeout', message, context, { cause: error });
      }
      throw s3Error(error, context);
    } finally {
      clearTimeout(timer);
    }
  }
}
