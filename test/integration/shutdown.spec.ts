import { Agent, get, type IncomingMessage } from 'node:http';
import { Controller, Get, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Public } from '../../src/auth/public.decorator.js';
import { closeHttpApp } from '../../src/http/shutdown.js';
import { type HttpTestApp, startHttpApp } from '../kit/http-app.js';
import { until } from '../kit/until.js';

/** Stands for the database and the queue: gone once the modules are destroyed. */
@Injectable()
class Foundation implements OnModuleDestroy {
  gone = false;
  onModuleDestroy(): void {
    this.gone = true;
  }
}

let letGo: () => void;
let entered: Promise<void>;

@Controller()
class SlowController {
  private enter: () => void = () => undefined;
  private readonly held: Promise<void>;

  constructor(private readonly foundation: Foundation) {
    entered = new Promise((resolve) => (this.enter = resolve));
    this.held = new Promise((resolve) => (letGo = resolve));
  }

  @Public()
  @Get('slow')
  async slow(): Promise<object> {
    this.enter();
    await this.held;
    return { foundation: this.foundation.gone ? 'gone' : 'there' };
  }

  @Public()
  @Get('quick')
  quick(): object {
    return {};
  }
}

let server: HttpTestApp;
beforeEach(async () => {
  server = await startHttpApp({ controllers: [SlowController], providers: [Foundation] });
});

function ask(
  path: string,
  agent?: Agent,
): Promise<{ status?: number; body: string; headers: IncomingMessage['headers'] }> {
  return new Promise((resolve, reject) => {
    get(`${server.url}${path}`, { agent: agent ?? false }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode, body, headers: response.headers }));
      response.on('error', reject);
    }).on('error', reject);
  });
}

it('lets a request in flight finish on what it needs, and takes no new ones', async () => {
  const inFlight = ask('/slow');
  await entered;
  const closed = closeHttpApp(server.app, 30_000);
  await untilRefused();
  letGo();
  const answer = await inFlight;
  expect([answer.status, answer.body]).toEqual([200, '{"foundation":"there"}']);
  await closed;
});

it('answers what comes by an idle connection, and says that it is the last answer there', async () => {
  const idle = new Agent({ keepAlive: true });
  await ask('/quick', idle);
  const closed = closeHttpApp(server.app, 30_000);
  const answer = await ask('/quick', idle);
  expect([answer.status, answer.headers.connection]).toEqual([200, 'close']);
  await closed;
  idle.destroy();
});

it('answers what comes by a connection that was busy, and does not wait for the client to end it', async () => {
  const busy = new Agent({ keepAlive: true, maxSockets: 1 });
  const inFlight = ask('/slow', busy);
  await entered;
  const next = ask('/quick', busy);
  const other = new Agent({ keepAlive: true });
  const alone = ask('/slow', other);
  const closed = closeHttpApp(server.app, 30_000);
  await untilRefused();
  letGo();
  expect((await inFlight).status).toBe(200);
  const answer = await next;
  expect([answer.status, answer.body, answer.headers.connection]).toEqual([200, '{}', 'close']);
  expect((await alone).status).toBe(200);
  await closed;
  busy.destroy();
  other.destroy();
});

const untilRefused = () =>
  until(() =>
    ask('/quick').then(
      () => false,
      (error: NodeJS.ErrnoException) => error.code === 'ECONNREFUSED',
    ),
  );

it('cuts a request that does not finish in time', async () => {
  const inFlight = ask('/slow');
  const cut = expect(inFlight).rejects.toMatchObject({ code: 'ECONNRESET' });
  await entered;
  await closeHttpApp(server.app, 200);
  await cut;
  letGo();
});
