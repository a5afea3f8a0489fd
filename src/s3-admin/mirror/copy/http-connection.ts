import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { HTTPParser, type OnHeadersCompleteParser } from 'http-parser-js';

/** Bytes taken from the socket at once, into a buffer of the connection's own. */
const READ_SIZE = 256 << 10;

export type Headers = Record<string, string>;

/** Takes an answer. What it throws, or rejects with, ends the connection. */
export interface Receiver {
  /** Once, before any bytes. Names in lower case. */
  head(status: number, headers: Headers): void;
  /**
   * The bytes are overwritten once this returns.
   * @returns a promise to keep them, and hold the rest back, until it settles
   */
  bytes(chunk: Buffer): Promise<void> | undefined;
}

type Head = Pick<Parameters<OnHeadersCompleteParser>[0], 'statusCode' | 'headers' | 'shouldKeepAlive'>;

export interface ConnectionOptions {
  /** A server silent for this long counts as gone, milliseconds. */
  timeout: number;
  /** The authority of a server of one's own. */
  ca?: Buffer | undefined;
}

interface Exchange {
  receiver: Receiver;
  isHead: boolean;
  done: () => void;
  failed: (error: unknown) => void;
}

/** Time in which a connection must come about, milliseconds. */
const CONNECT_MS = 10_000;

// Octets as they are; `byName` reads them as UTF-8.
HTTPParser.encoding = 'latin1';

/**
 * One HTTP/1.1 connection, one request at a time. Bytes go from the socket into one buffer that is reused, and from
 * there to the receiver. Clients that make a new buffer for every piece, as Node's own and undici do, take several times
 * the processor time to receive a large object (`npm run bench:receive`).
 */
export class HttpConnection {
  private readonly socket: Socket;
  private readonly parser = new HTTPParser(HTTPParser.RESPONSE);
  private exchange: Exchange | undefined;
  private status = 0;
  private keepAlive = true;
  private held: Promise<void> | undefined;

  constructor(
    origin: URL,
    private readonly options: ConnectionOptions,
  ) {
    const buffer = Buffer.allocUnsafeSlow(READ_SIZE);
    const host = origin.hostname.replace(/^\[|\]$/g, '');
    const tls = origin.protocol === 'https:';
    const target = {
      ...{ host, port: Number(origin.port) || (tls ? 443 : 80), noDelay: true },
      onread: { buffer, callback: (length: number) => this.received(buffer.subarray(0, length)) },
    };
    const name = isIP(host) === 0 ? { servername: host } : {};
    this.socket = tls ? connectTls({ ...target, ...name, ca: options.ca }) : connectPlain(target);
    this.socket.setTimeout(Math.min(options.timeout, CONNECT_MS));
    this.socket.once(tls ? 'secureConnect' : 'connect', () => this.socket.setTimeout(options.timeout));
    this.socket.on('timeout', () => this.silent());
    this.socket.on('error', (error) => this.fail(error));
    this.socket.on('close', () => this.closed());
    this.parser[HTTPParser.kOnHeadersComplete] = (head) => this.begin(head);
    this.parser[HTTPParser.kOnBody] = (chunk) => this.take(chunk);
    this.parser[HTTPParser.kOnMessageComplete] = () => this.complete();
  }

  /** True where the next request may be sent. */
  get isOpen(): boolean {
    return this.keepAlive && !this.socket.destroyed && !this.exchange;
  }

  /**
   * Sends a request and hands its answer on.
   * @param head request line and headers, with the empty line
   * @throws what the receiver or the connection failed with; it is closed then
   */
  send(head: string, isHead: boolean, receiver: Receiver): Promise<void> {
    return new Promise((done, failed) => {
      this.exchange = { receiver, isHead, done, failed };
      if (!this.socket.connecting) this.socket.setTimeout(this.options.timeout);
      this.socket.write(head, 'latin1');
    });
  }

  /** Closes unless the next request comes within this time. */
  rest(milliseconds: number): void {
    this.socket.setTimeout(milliseconds);
  }

  close(): void {
    this.fail(connectionError('ECANCELED', 'the connection was closed'));
  }

  /** @returns whether to read on */
  private received(chunk: Buffer): boolean {
    try {
      const result = this.parser.execute(chunk);
      if (result instanceof Error) throw connectionError('EPROTO', `this is not HTTP: ${result.message}`);
    } catch (error) {
      this.fail(error);
    }
    return !this.held;
  }

  /** @returns 1: no body follows */
  private begin({ statusCode, headers, shouldKeepAlive }: Head): number | undefined {
    if (!this.exchange) throw connectionError('EPROTO', 'the server sent an answer without a request');
    this.status = statusCode;
    if (statusCode < 200) return undefined;
    this.keepAlive = shouldKeepAlive;
    this.exchange.receiver.head(statusCode, byName(headers));
    return this.exchange.isHead ? 1 : undefined;
  }

  private take(chunk: Buffer): void {
    const { exchange } = this;
    const promise = exchange?.receiver.bytes(chunk);
    if (!promise) return;
    const held = Promise.all([this.held, promise]).then(
      () => {
        if (this.held !== held) return;
        this.held = undefined;
        this.socket.resume();
      },
      (error: unknown) => {
        exchange?.failed(error);
        this.fail(error);
      },
    );
    this.held = held;
  }

  private complete(): void {
    if (this.status < 200) return;
    const { exchange, held } = this;
    this.exchange = undefined;
    if (!this.keepAlive) this.socket.destroy();
    if (held) void held.then(exchange?.done);
    else exchange?.done();
  }

  private silent(): void {
    // If bytes are held back, the disk is slow, not the server.
    if (this.held) this.socket.setTimeout(this.options.timeout);
    else this.fail(connectionError('ETIMEDOUT', 'the server does not answer'));
  }

  private closed(): void {
    // An answer without a length ends with the connection.
    this.parser.finish();
    this.fail(connectionError('ECONNRESET', 'the connection ended during an answer'));
  }

  private fail(error: unknown): void {
    const { exchange } = this;
    this.exchange = undefined;
    this.keepAlive = false;
    this.socket.destroy();
    exchange?.failed(error);
  }
}

/** With a code as the operating system's errors have one. */
function connectionError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** @param flat names and values in turns, an octet a character */
function byName(flat: string[]): Headers {
  const headers: Headers = {};
  for (let i = 0; i < flat.length; i += 2) {
    const name = (flat[i] as string).toLowerCase();
    let value = flat[i + 1] as string;
    if (/[\x80-\xff]/.test(value)) value = Buffer.from(value, 'latin1').toString();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return headers;
}
