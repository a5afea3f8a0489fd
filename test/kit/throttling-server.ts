import type { IncomingMessage, ServerResponse } from 'node:http';
import { ForwardingServer } from './forwarding-server.js';

/** An S3 server that says SlowDown when more GETs of objects than it likes run at once. Everything else passes. */
export class ThrottlingServer extends ForwardingServer {
  slowDowns = 0;
  /** Most GETs of objects that ran at once. */
  most = 0;
  private running = 0;

  private constructor(
    endpoint: string,
    private readonly allowed: number,
  ) {
    super(endpoint);
  }

  static before(endpoint: string, allowed: number): Promise<ThrottlingServer> {
    return new ThrottlingServer(endpoint, allowed).listen();
  }

  protected serve(incoming: IncomingMessage, answer: ServerResponse): void {
    if (incoming.method !== 'GET' || !/^\/[^/?]+\/[^?]/.test(incoming.url ?? '')) {
      this.forward(incoming, incoming, answer);
    } else if (this.running >= this.allowed) {
      this.slowDowns++;
      answer.writeHead(503, { 'content-type': 'application/xml' });
      answer.end('<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>');
    } else {
      this.most = Math.max(this.most, ++this.running);
      answer.on('close', () => this.running--);
      // Slower than whoever asks, also on a busy machine, so that requests do run at once.
      this.forward(incoming, incoming, answer, 100);
    }
  }
}
