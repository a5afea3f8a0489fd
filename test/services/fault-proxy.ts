import {
  type AddressInfo,
  connect,
  createServer,
  type NetConnectOpts,
  type Server,
  type Socket,
} from 'node:net';
import { join } from 'node:path';
import { Transform, type TransformCallback } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** What happens to connections. Changing it reaches open connections too. */
export type Fault =
  | { kind: 'none' }
  /** New connections are reset, open ones cut. */
  | { kind: 'refuse' }
  /** Connections open, requests are taken, and nothing ever comes back. */
  | { kind: 'hang' }
  /** Every piece of an answer comes this much later. */
  | { kind: 'delay'; ms: number }
  /** The connection is reset after this many bytes of answers. */
  | { kind: 'cut'; afterBytes: number }
  /** The connection is reset after this many bytes of requests. */
  | { kind: 'cut-request'; afterBytes: number }
  /** So many answers, as soon as they come, are lost with their connections; the server has done its work. */
  | { kind: 'lose-answers'; left: number }
  /** One bit of this byte of a connection's requests is turned over. */
  | { kind: 'damage-request'; atByte: number }
  /** Answers come at this rate. */
  | { kind: 'throttle'; bytesPerSecond: number };

/** A TCP proxy in front of a server that makes the network fail as told. */
export class FaultProxy {
  fault: Fault = { kind: 'none' };
  /** Connections taken since the start. */
  connections = 0;
  private readonly open = new Set<Socket>();
  private readonly silent = new WeakSet<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: NetConnectOpts,
  ) {
    server.on('connection', (socket) => this.serve(socket));
  }

  /** @param target URL of the server behind; a PostgreSQL one may name a socket's folder (`?host=`) */
  static async to(target: string): Promise<FaultProxy> {
    const { hostname, port, searchParams } = new URL(target);
    const folder = searchParams.get('host');
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return new FaultProxy(
      server,
      folder ? { path: join(folder, '.s.PGSQL.5432') } : { host: hostname, port: Number(port) },
    );
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The URL of the server behind, by way of this proxy. */
  url(target: string): string {
    const url = new URL(target);
    url.hostname = '127.0.0.1';
    url.port = String(this.port);
    url.searchParams.delete('host');
    return url.href.replace(/\/$/, target.endsWith('/') ? '/' : '');
  }

  set(fault: Fault): void {
    this.fault = fault;
    if (fault.kind === 'refuse') this.cutAll();
  }

  /** Resets every open connection. */
  cutAll(): void {
    for (const socket of this.open) socket.resetAndDestroy();
  }

  /** Open connections stay open, and nothing ever comes back on them; new ones work. */
  silenceAll(): void {
    for (const socket of this.open) this.silent.add(socket);
  }

  async close(): Promise<void> {
    const closed = new Promise((done) => this.server.close(done));
    this.cutAll();
    await closed;
  }

  private serve(client: Socket): void {
    this.connections++;
    if (this.fault.kind === 'refuse') {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect({ ...this.target, allowHalfOpen: true });
    const cut = (): void => {
      client.resetAndDestroy();
      upstream.destroy();
    };
    this.open.add(client);
    for (const socket of [client, upstream]) socket.on('error', cut);
    client.on('close', () => {
      this.open.delete(client);
      upstream.destroy();
    });
    client.pipe(this.lane('request', client, cut)).pipe(upstream);
    upstream.pipe(this.lane('answer', client, cut)).pipe(client);
  }

  /** One direction of one connection. */
  private lane(direction: 'request' | 'answer', client: Socket, cut: () => void): Transform {
    let passed = 0;
    const pass = async (chunk: Buffer): Promise<Buffer | undefined> => {
      const hangs = (): boolean => this.fault.kind === 'hang' || this.silent.has(client);
      while (direction === 'answer' && hangs() && !client.destroyed) await sleep(20);
      const fault = this.fault;
      if (fault.kind === (direction === 'answer' ? 'cut' : 'cut-request') && 'afterBytes' in fault) {
        if (passed + chunk.length > fault.afterBytes) return chunk.subarray(0, fault.afterBytes - passed);
      } else if (direction === 'answer' && fault.kind === 'lose-answers' && fault.left > 0) {
        fault.left -= 1;
        return Buffer.alloc(0);
      } else if (direction === 'request' && fault.kind === 'damage-request') {
        const at = fault.atByte - passed;
        const before = chunk[at];
        if (at >= 0 && before !== undefined) chunk[at] = before ^ 1;
      } else if (direction === 'answer' && fault.kind === 'delay') {
        await sleep(fault.ms);
      } else if (direction === 'answer' && fault.kind === 'throttle') {
        await sleep((chunk.length / fault.bytesPerSecond) * 1_000);
      }
      return chunk;
    };
    return new Transform({
      transform(chunk: Buffer, _encoding, done: TransformCallback) {
        void pass(chunk).then((piece = chunk) => {
          passed += piece.length;
          this.push(piece);
          if (piece.length < chunk.length)
            setTimeout(cut, 10); // what was passed on leaves before the reset
          else done();
        });
      },
    });
  }
}
