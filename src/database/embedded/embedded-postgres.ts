import { setTimeout as sleep } from 'node:timers/promises';
import { attach, databaseUrl, type Holder, release } from './attach.js';
import { isDatabaseUnavailable } from '../is-database-unavailable.js';
import { openCluster } from './cluster.js';

export interface EmbeddedPostgres {
  /** Stays the same when the server is started anew. */
  url: string;
  /** Leaves the server; the last to leave stops it. */
  stop(): Promise<void>;
}

/** Those that this process has not left yet. */
const inUse = new Set<EmbeddedPostgres>();

/** For a process whose start failed: nobody is left there who could stop them one by one. */
export async function leaveAll(): Promise<void> {
  await Promise.all([...inUse].map((server) => server.stop()));
}

/**
 * A private PostgreSQL in a folder, reached through a unix socket. The first process on the folder starts the server,
 * the next ones (service and CLI together) attach, the last to stop ends it. Should the server die, whoever still
 * holds it starts it again.
 *
 * @param options.settings server settings, for whoever starts it
 * @throws DatabaseStartError
 */
export async function startEmbeddedPostgres(options: {
  dir: string;
  database: string;
  settings?: Record<string, string>;
}): Promise<EmbeddedPostgres> {
  const cluster = await openCluster(options.dir);
  let stopping = false;
  let holder = await attach(cluster, options.settings);
  let restart: Promise<void> | undefined;

  const watch = ({ client }: Holder): void => {
    stream(client).unref?.(); // it must not keep a finished program alive
    client.once('end', () => {
      if (!stopping) restart = startAgain();
    });
  };
  const startAgain = async (): Promise<void> => {
    while (!stopping) {
      try {
        holder = await attach(cluster, options.settings);
        return watch(holder);
      } catch (error) {
        // readiness reports the lost database; here its reason is kept for the operator
        process.emitWarning(error as Error);
        await sleep(1_000);
      }
    }
  };

  await createDatabase(holder, options.database);
  watch(holder);
  const server: EmbeddedPostgres = {
    url: databaseUrl(holder.socketDir, options.database),
    async stop() {
      inUse.delete(server);
      stopping = true;
      await restart;
      stream(holder.client).ref?.();
      await release(cluster, holder).catch((error: unknown) => {
        if (!isDatabaseUnavailable(error)) throw error; // a server that is gone needs no stopping
      });
    },
  };
  inUse.add(server);
  return server;
}

/** pg offers no other way to its socket. */
function stream(client: Holder['client']): { ref?: () => void; unref?: () => void } {
  return (client as unknown as { connection: { stream: { ref?: () => void; unref?: () => void } } })
    .connection.stream;
}

async function createDatabase({ client }: Holder, name: string): Promise<void> {
  const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  if (found.rowCount) return;
  try {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } catch (error) {
    // 42P04, 23505: another process was quicker
    if (!['42P04', '23505'].includes((error as { code?: string }).code ?? '')) throw error;
  }
}
