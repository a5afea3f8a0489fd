import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CannedAnswer {
  status: number;
  /** S3's error code; goes into an XML body, as AWS sends it. */
  code?: string;
  message?: string;
  headers?: Record<string, string>;
  body?: Buffer;
  /** Bytes of the body after which the connection is closed. */
  closeAfter?: number;
}

/**
 * Answers as AWS does, by its documentation, where no server for tests does: expired sessions, foreign regions,
 * throttling, broken bodies. Everything else is tested on real servers.
 */
export class CannedS3 {
  requests = 0;

  private constructor(private readonly server: Server) {}

  /** @param answer called for each request, with how many came before it */
  static async start(answer: (before: number, request: IncomingMessage) => CannedAnswer): Promise<CannedS3> {
    const server = createServer((request, response) => {
      request.resume();
      request.once('end', () => {
        const {
          status,
          code,
          message = '',
          headers,
          closeAfter,
          ...rest
        } = answer(canned.requests++, request);
        const xml = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message><RequestId>4442587FB7D0A2F9</RequestId></Error>`;
        const body = rest.body ?? Buffer.from(code ? xml : '');
        response.writeHead(status, {
          'content-length': body.length,
          'x-amz-request-id': '4442587FB7D0A2F9',
          ...headers,
        });
        if (closeAfter === undefined) response.end(request.method === 'HEAD' ? undefined : body);
        else response.write(body.subarray(0, closeAfter), () => request.socket.end());
      });
    });
    const canned = new CannedS3(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return canned;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}
