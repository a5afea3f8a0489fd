import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';

/** A server before a real one, for what no real one can be brought to say. */
export abstract class ForwardingServer {
  private readonly server: Server;
  private readonly target: URL;

  protected constructor(endpoint: string) {
    this.target = new URL(endpoint);
    this.server = createServer((incoming, answer) => void this.serve(incoming, answer));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  protected abstract serve(incoming: IncomingMessage, answer: ServerResponse): unknown;

  protected async listen(): Promise<this> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    return this;
  }

  /** Hands a request on, and its answer back. @param delayMs the answer's body comes this much later */
  protected forward(incoming: IncomingMessage, body: Readable, answer: ServerResponse, delayMs = 0): void {
    const { hostname, port } = this.target;
    const { method, url: path, headers } = incoming;
    const outgoing = request({ hostname, port, method, path, headers });
    outgoing.on('response', (found) => {
      answer.writeHead(found.statusCode ?? 500, found.headers);
      setTimeout(() => found.pipe(answer), delayMs);
    });
    outgoing.on('error', () => answer.destroy());
    body.pipe(outgoing);
  }
}
