import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Asked {
  method: string;
  /** `/bucket/key`, decoded. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** Answers a request in the server's place; undefined lets it pass. */
type Script = (asked: Asked) => Answer | undefined | Promise<Answer | undefined>;

/** A real S3 server that a script interrupts: for what only AWS says, and what no server can be brought to say. */
export class ScriptedServer {
  script: Script = () => undefined;
  /** Every request so far. */
  readonly asked: Asked[] = [];

  private constructor(private readonly server: Server) {}

  static async before(endpoint: string): Promise<ScriptedServer> {
    const target = new URL(endpoint);
    const server = createServer();
    const self = new ScriptedServer(server);
    server.on('request', (incoming, answer) => {
      void (async () => {
        const body = await buffer(incoming);
        const url = new URL(incoming.url ?? '', endpoint);
        const { method = '', headers } = incoming;
        const path = decodeURIComponent(url.pathname);
        const asked = { method, path, query: url.searchParams, headers, body: body.toString() };
        self.asked.push(asked);
        const scripted = await self.script(asked);
        if (scripted) {
          answer.writeHead(scripted.status, { 'content-type': 'application/xml', ...scripted.headers });
          answer.end(method === 'HEAD' ? undefined : scripted.body);
          return;
        }
        const { hostname, port } = target;
        const outgoing = request({ hostname, port, method, path: incoming.url, headers });
        outgoing.on('response', (found) => {
          answer.writeHead(found.statusCode ?? 500, found.headers);
          found.pipe(answer);
        });
        outgoing.on('error', () => answer.destroy());
        outgoing.end(body);
      })();
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

/** S3's way of saying no. */
export function s3Error(status: number, code: string): Answer {
  return { status, body: `<Error><Code>${code}</Code><Message>${code}, says the script</Message></Error>` };
}
