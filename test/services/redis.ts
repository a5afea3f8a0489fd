import { Redis } from 'ioredis';
import { requirePrograms } from './packages.js';
import { temporaryFolder } from './run-folder.js';
import { freePort, ServerProcess } from './server-process.js';

export interface PrivateRedis {
  url: string;
  freeze(): void;
  thaw(): void;
  /** @param signal SIGKILL for a crash; what was acknowledged is on disk either way */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** On the same port and data. */
  start(): Promise<void>;
}

/** A Redis of one's own, that writes every command to disk before it answers. */
export async function startRedis(folder = temporaryFolder('redis')): Promise<PrivateRedis> {
  const programs = await requirePrograms(['redis-server'], ['redis-server']);
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const settings = [
    '--appendonly',
    'yes',
    '--appendfsync',
    'always',
    '--save',
    '',
    '--maxmemory-policy',
    'noeviction',
  ];
  const command = [
    programs['redis-server'],
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    ...settings,
  ];
  let server: ServerProcess;
  const start = async (): Promise<void> => {
    server = ServerProcess.start('redis', folder, command);
    await server.untilReady(() => ping(url));
  };
  await start();
  return {
    url,
    start,
    freeze: () => server.freeze(),
    thaw: () => server.thaw(),
    stop: (signal) => server.stop(signal),
  };
}

async function ping(url: string): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 2_000 });
  client.on('error', () => undefined); // connect() rejects with it too
  try {
    await client.connect();
    await client.ping();
  } finally {
    client.disconnect();
  }
}
