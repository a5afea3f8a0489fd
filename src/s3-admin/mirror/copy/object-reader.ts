import type { S3Client } from '@aws-sdk/client-s3';
import { Signer } from '../../../sigv4/signer.js';
import { encodePath } from '../../../sigv4/uri-encode.js';
import { permissionFor } from '../../aws/permissions.js';
import type { Connections } from './connections.js';
import type { Headers, Receiver } from './http-connection.js';
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
  /**
   * The bytes are overwritten once this returns.
   * @returns a promise to keep them, and hold the rest back, until it settles
   */
  write(chunk: Buffer): Promise<void> | undefined;
}

/**
 * Reads objects of one bucket over few, long-lived connections. It exists because the SDK's client takes several times
 * longer for a GET than the request itself; listings and everything else go through the SDK. Endpoint, region,
 * credentials and clock offset are the SDK client's.
 */
export class ObjectReader {
  private constructor(
    private readonly client: S3Client,
    private readonly connections: Connections,
    private readonly origin: URL,
    private readonly basePath: string,
    private readonly host: string,
    private readonly signer: Signer,
  ) {}

  static async forBucket(client: S3Client, bucket: string, connections: Connections): Promise<ObjectReader> {
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
    return new ObjectReader(client, connections, new URL(url.origin), basePath, url.host, new Signer(region));
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
    const target = signed.query ? `${path}?${signed.query}` : path;
    const receiver = new AnswerReceiver(sink, permissionFor('GetObject', version));
    await this.connections.send(
      this.origin,
      requestHead(method, target, signed.headers),
      method === 'HEAD',
      receiver,
    );
    return receiver.end();
  }
}

/** @throws where a value would not stay within its line */
function requestHead(method: string, target: string, headers: Record<string, string>): string {
  let head = `${method} ${target} HTTP/1.1\r\n`;
  for (const name of Object.keys(headers)) {
    const value = headers[name] as string;
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) throw new Error(`${name} can't be ${JSON.stringify(value)}`);
    head += `${name}: ${value}\r\n`;
  }
  return `${head}\r\n`;
}

/** Tells an object's bytes, which go on to the sink, from an answer that is an error. */
class AnswerReceiver implements Receiver {
  private status = 0;
  private facts: ResponseFacts | undefined;
  private readonly errorBody: Buffer[] = [];

  constructor(
    private readonly sink: Sink,
    private readonly permission: string,
  ) {}

  head(status: number, headers: Headers): void {
    this.status = status;
    if (status !== 200 && status !== 206) return;
    this.facts = toResponseFacts(status, headers);
    this.sink.start?.(this.facts);
  }

  bytes(chunk: Buffer): Promise<void> | undefined {
    if (this.facts) return this.sink.write(chunk);
    this.errorBody.push(Buffer.from(chunk));
    return undefined;
  }

  /** @throws S3ReadError where it was an error */
  end(): ResponseFacts {
    if (this.facts) return this.facts;
    throw S3ReadError.of(this.status, Buffer.concat(this.errorBody).toString(), this.permission);
  }
}
