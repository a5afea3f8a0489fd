import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An S3 server that says SlowDown when more GETs of objects than it likes run at once. Everything else passes. */
export class ThrottlingServer {
  slowDowns = 0;
  /** Most GETs of objects that ran at once. */
  most = 0;
  private running = 0;

  private constructor(private readonly server: Server) {}

  static async before(endpoint: string, allowed: number): Promise<ThrottlingServer> {
    const target = new URL(endpoint);
    const server = createServer();
    const self = new ThrottlingServer(server);
    server.on('request', (incoming, answer) => {
      const isObject = incoming.method === 'GET' && /^\/[^/?]+\/[^?]/.test(incoming.url ?? '');
      if (isObject && self.running >= allowed) {
        self.slowDowns++;
        answer.writeHead(503, { 'content-type': 'application/xml' });
        answer.end('<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>');
        return;
      }
      if (isObject) self.most = Math.max(self.most, ++self.running);
      answer.on('close', () => {
        if (isObject) self.running--;
      });
      const { hostname, port } = target;
      const outgoing = request({
        hostname,
        port,
        method: incoming.method,
        path: incoming.url,
        headers: incoming.headers,
      });
      outgoing.on('response', (found) => {
        answer.writeHead(found.statusCode ?? 500, found.headers);
        // A little slower than the gateway, so that requests do run at once.
        setTimeout(() => found.pipe(answer), isObject ? 20 : 0);
      });
      outgoing.on('error', () => answer.destroy());
      incoming.pipe(outgoing);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return self;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}
