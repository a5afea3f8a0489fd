import { readFileSync } from 'node:fs';
import type { S3Client } from '@aws-sdk/client-s3';
import { Agent, type Dispatcher } from 'undici';
import { Signer } from '../../../sigv4/signer.js';
import { encodePath } from '../../../sigv4/uri-encode.js';
import { type ResponseFacts, S3ReadError, toResponseFacts } from './response.js';

export interface ReadRequest {
  key: string;
  /** Undefined: the current one. */
  version?: string | undefined;
  /** ETag without quotes: any other content is refused. */
  ifMatch?: string | undefined;
  /** First and last byte. */
  range?: [number, number] | undefined;
  /** HEAD: size and headers of one part of a multipart upload. */
  partNumber?: number | undefined;
}

/** Takes an answer's bytes. */
export interface Sink {
  /** Called once, before any bytes. What it throws ends the request. */
  start?(facts: ResponseFacts): void;
  /** @returns a promise to hold the rest back until it settles */
  write(chunk: Buffer): Promise<void> | undefined;
}

/**
 * Reads objects of one bucket over few, long-lived connections. It exists because the SDK's client spends several times
 * longer on a GET than the request takes; listings and everything else go through the SDK. Endpoint, region, credentials
 * and clock offset are the SDK client's.
 */
export class ObjectReader {
  private constructor(
    private readonly client: S3Client,
    private readonly dispatcher: Dispatcher,
    private readonly origin: string,
    private readonly basePath: string,
    private readonly host: string,
    private readonly signer: Signer,
  ) {}

  static async forBucket(client: S3Client, bucket: string, dispatcher: Dispatcher): Promise<ObjectReader> {
    const { config } = client;
    const region = await config.region();
    const custom = config.isCustomEndpoint ? await config.endpoint?.() : undefined;
    const { url } = config.endpointProvider({
      Bucket: bucket,
      Region: region,
      ForcePathStyle: config.forcePathStyle === true,
      UseFIPS: await config.useFipsEndpoint(),
      UseDualStack: await config.useDualstackEndpoint(),
      ...(custom && {
        Endpoint: `${custom.protocol}//${custom.hostname}${custom.port ? `:${custom.port}` : ''}${custom.path}`,
      }),
    });
    const basePath = url.pathname.replace(/\/+$/, '');
    return new ObjectReader(client, dispatcher, url.origin, basePath, url.host, new Signer(region));
  }

  /** @throws S3ReadError for any other answer than the object; a connection's own error where there was no answer */
  async get(request: ReadRequest, sink: Sink): Promise<ResponseFacts> {
    return this.send('GET', request, sink);
  }

  async head(request: ReadRequest): Promise<ResponseFacts> {
    return this.send('HEAD', request, { write: () => undefined });
  }

  private async send(
    method: 'GET' | 'HEAD',
    { key, version, ifMatch, range, partNumber }: ReadRequest,
    sink: Sink,
  ): Promise<ResponseFacts> {
    const path = `${this.basePath}/${encodePath(key)}`;
    const query: Record<string, string> = {};
    if (version !== undefined) query.versionId = version;
    if (partNumber !== undefined) query.partNumber = String(partNumber);
    const wanted: Record<string, string> = { 'x-amz-checksum-mode': 'ENABLED' };
    if (ifMatch) wanted['if-match'] = `"${ifMatch}"`;
    if (range) wanted.range = `bytes=${range[0]}-${range[1]}`;
    const credentials = await this.client.config.credentials();
    const now = new Date(Date.now() + this.client.config.systemClockOffset);
    const signed = this.signer.sign(
      { method, host: this.host, path, query, headers: wanted },
      credentials,
      now,
    );
    return new Promise((resolve, reject) => {
      const handler = new ResponseHandler(sink, resolve, reject);
      this.dispatcher.dispatch(
        {
          origin: this.origin,
          path: signed.query ? `${path}?${signed.query}` : path,
          method,
          headers: signed.headers,
        },
        handler,
      );
    });
  }
}

/** One request's answer, handed on as it comes in. */
class ResponseHandler implements Dispatcher.DispatchHandler {
  private status = 0;
  private facts: ResponseFacts | undefined;
  private readonly errorBody: Buffer[] = [];
  private pending: Promise<void> | undefined;
  private failure: unknown;

  constructor(
    private readonly sink: Sink,
    private readonly resolve: (facts: ResponseFacts) => void,
    private readonly reject: (error: unknown) => void,
  ) {}

  /** Undici takes a handler without it for one of the older kind. */
  onRequestStart(): void {}

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.status = status;
    if (status !== 200 && status !== 206) return;
    this.facts = toResponseFacts(status, headers);
    try {
      this.sink.start?.(this.facts);
    } catch (error) {
      this.fail(controller, error);
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.facts) {
      this.errorBody.push(chunk);
      return;
    }
    try {
      const held = this.sink.write(chunk);
      if (!held) return;
      controller.pause();
      this.pending = held.then(
        () => controller.resume(),
        (error: unknown) => this.fail(controller, error),
      );
    } catch (error) {
      this.fail(controller, error);
    }
  }

  onResponseEnd(): void {
    const { facts } = this;
    void (this.pending ?? Promise.resolve()).then(() => {
      if (this.failure) this.reject(this.failure);
      else if (facts) this.resolve(facts);
      else this.reject(S3ReadError.of(this.status, Buffer.concat(this.errorBody).toString()));
    });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.reject(this.failure ?? error);
  }

  private fail(controller: Dispatcher.DispatchController, error: unknown): void {
    this.failure = error;
    controller.abort(error instanceof Error ? error : new Error(String(error)));
  }
}

/** Connections for every reader of a run. @param timeout milliseconds without a byte before a request is given up */
export function connections(count: number, timeout: number, env: NodeJS.ProcessEnv): Dispatcher {
  return new Agent({
    connections: count,
    pipelining: 1,
    headersTimeout: timeout,
    bodyTimeout: timeout,
    connect: {
      timeout: Math.min(timeout, 10_000),
      ...(env.AWS_CA_BUNDLE && { ca: readFileSync(env.AWS_CA_BUNDLE) }),
    },
  });
}
