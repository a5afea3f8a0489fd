import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connections } from './connections.js';
import type { Headers, Receiver } from './http-connection.js';

const GET = 'GET /k HTTP/1.1\r\nhost: h\r\n\r\n';

/** Speaks raw HTTP: what a real server seldom does is what matters here. */
class RawServer {
  origin = new URL('http://127.0.0.1');
  connected = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  /** @param answer called for each request */
  static async saying(answer: (socket: Socket) => void | Promise<void>): Promise<RawServer> {
    const server = createServer();
    const self = new RawServer(server);
    server.on('connection', (socket) => {
      self.connected++;
      self.sockets.add(socket);
      socket.on('error', () => undefined);
      let asked = '';
      socket.on('data', (bytes) => {
        asked += bytes.toString();
        if (!asked.endsWith('\r\n\r\n')) return;
        asked = '';
        void answer(socket);
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    self.origin = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return self;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((done) => this.server.close(done));
  }
}

class Answer implements Receiver {
  status = 0;
  headers: Headers = {};
  text = '';

  head(status: number, headers: Headers): void {
    this.status = status;
    this.headers = headers;
  }

  bytes(chunk: Buffer): Promise<void> | undefined {
    this.text += chunk.toString('latin1');
    return undefined;
  }
}

let server: RawServer;
let connections: Connections;
beforeEach(() => {
  connections = new Connections({ timeout: 300 });
});
afterEach(async () => {
  connections.close();
  await server.close();
});

async function ask(receiver = new Answer(), isHead = false): Promise<Answer> {
  await connections.send(server.origin, GET, isHead, receiver);
  return receiver;
}

test.each([
  ['with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'],
  [
    'in chunks',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nTrailer: t\r\n\r\n',
  ],
  ['after 100 Continue', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'],
])(
  'an answer %s comes whole, in one piece or byte by byte, and the connection serves again',
  async (_, raw) => {
    let slowly = false;
    server = await RawServer.saying(async (socket) => {
      socket.setNoDelay(true);
      for (const piece of slowly ? raw : [raw]) {
        socket.write(piece, 'latin1');
        if (slowly) await sleep(1);
      }
    });
    expect((await ask()).text).toBe('hello');
    slowly = true;
    expect(await ask()).toMatchObject({ status: 200, text: 'hello' });
    expect(server.connected).toBe(1);
  },
);

test('an answer without a length ends with its connection, and the next one takes another', async () => {
  server = await RawServer.saying((socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\nhello'));
  expect((await ask()).text).toBe('hello');
  expect((await ask()).text).toBe('hello');
  expect(server.connected).toBe(2);
});

test('a connection that the server means to close is not used again', async () => {
  server = await RawServer.saying(
    (socket) => void socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx'),
  );
  await ask();
  await ask();
  expect(server.connected).toBe(2);
});

test('a HEAD has no body, whatever length it tells', async () => {
  server = await RawServer.saying(
    (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n'),
  );
  expect((await ask(new Answer(), true)).headers['content-length']).toBe('99');
  expect((await ask(new Answer(), true)).text).toBe('');
  expect(server.connected).toBe(1);
});

test('header values are read as UTF-8, and repeated ones are joined', async () => {
  server = await RawServer.saying(
    (socket) =>
      void socket.write(
        'HTTP/1.1 200 OK\r\nX-Amz-Meta-A: grün\r\nx-amz-meta-a: b\r\nContent-Length: 0\r\n\r\n',
      ),
  );
  expect((await ask()).headers['x-amz-meta-a']).toBe('grün, b');
});

test.each([
  ['cut short', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel', 'ECONNRESET'],
  ['cut in a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhel', 'ECONNRESET'],
  ['cut in its headers', 'HTTP/1.1 200 OK\r\nContent-', 'ECONNRESET'],
  ['of nothing', '', 'ECONNRESET'],
  ['that is no HTTP', 'SSH-2.0\r\n\r\n', 'EPROTO'],
  ['with headers without end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}`, 'EPROTO'],
])('an answer %s is an error', async (_, raw, code) => {
  server = await RawServer.saying((socket) => void socket.end(raw));
  await expect(ask()).rejects.toMatchObject({ code });
});

test('a server that falls silent is given up', async () => {
  server = await RawServer.saying(
    (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel'),
  );
  await expect(ask()).rejects.toMatchObject({ code: 'ETIMEDOUT' });
});

test('bytes that are held stay as they are, the rest waits, and slowness of the receiver is no silence', async () => {
  const size = 3 << 20;
  const bytes = Buffer.from(Array.from({ length: size }, (_, i) => i % 251));
  server = await RawServer.saying((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
    socket.write(bytes);
  });
  let [at, right, holding] = [0, true, 0];
  const answer = new Answer();
  answer.bytes = async (chunk) => {
    right &&= ++holding === 1;
    const from = at;
    at += chunk.length;
    await sleep(from === 0 ? 700 : 1);
    for (let i = 0; i < chunk.length; i += 997) right &&= chunk[i] === (from + i) % 251;
    holding--;
  };
  await ask(answer);
  expect([right, at, holding]).toEqual([true, size, 0]);
});

test.each([
  [
    'throws',
    (): undefined => {
      throw new Error('disk full');
    },
  ],
  ['rejects', () => Promise.reject(new Error('disk full'))],
])('a receiver that %s ends the request with its own error', async (_, fails) => {
  server = await RawServer.saying(
    (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'),
  );
  const answer = new Answer();
  answer.bytes = fails;
  await expect(ask(answer)).rejects.toThrow('disk full');
  expect((await ask()).text).toBe('hello');
  expect(server.connected).toBe(2);
});

test('an answer that nobody asked for closes the connection before the next request', async () => {
  const one = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n';
  server = await RawServer.saying((socket) => void socket.write(`${one}ok${one}no`));
  await ask().catch(() => undefined);
  await sleep(20);
  await ask().catch(() => undefined);
  expect(server.connected).toBe(2);
});

test('nothing listens there', async () => {
  server = await RawServer.saying(() => undefined);
  const { origin } = server;
  await server.close();
  await expect(connections.send(origin, GET, false, new Answer())).rejects.toMatchObject({
    code: 'ECONNREFUSED',
  });
});
