import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ForwardingServer } from './forwarding-server.js';

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
export class ScriptedServer extends ForwardingServer {
  script: Script = () => undefined;
  /** Every request so far. */
  readonly asked: Asked[] = [];

  static before(endpoint: string): Promise<ScriptedServer> {
    return new ScriptedServer(endpoint).listen();
  }

  protected async serve(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const url = new URL(incoming.url ?? '', this.url);
    const { method = '', headers } = incoming;
    const path = decodeURIComponent(url.pathname);
    const asked = { method, path, query: url.searchParams, headers, body: body.toString() };
    this.asked.push(asked);
    const scripted = await this.script(asked);
    if (!scripted) {
      this.forward(incoming, Readable.from(body.length > 0 ? [body] : []), answer);
      return;
    }
    answer.writeHead(scripted.status, { 'content-type': 'application/xml', ...scripted.headers });
    answer.end(method === 'HEAD' ? undefined : scripted.body);
  }
}

/** S3's way of saying no. */
export function s3Error(status: number, code: string): Answer {
  return { status, body: `<Error><Code>${code}</Code><Message>${code}, says the script</Message></Error>` };
}
