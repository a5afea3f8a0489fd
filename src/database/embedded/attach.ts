import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DatabaseStartError } from '../database.errors.js';
import { type Cluster, SUPERUSER } from './cluster.js';
import { isPostmaster, launchPostmaster, readLockFile, removeStrangersLockFile } from './postmaster.js';

/** Every process that uses the server holds this advisory lock shared; who gets it alone may stop the server. */
const HOLDER_LOCK = 706_101;
/** A server recovering from a crash may need this long; milliseconds. */
const READY_WITHIN = 120_000;
/** After a kill -9 the server can't start until its orphaned backends are gone; milliseconds. */
const RETRY_FOR = 5_000;

/** Address of a database in the cluster whose socket lies in the folder. There is no TLS, whatever PGSSLMODE asks of others. */
export function databaseUrl(socketDir: string, database: string): string {
  return `postgresql://${SUPERUSER}@localhost/${database}?host=${encodeURIComponent(socketDir)}&sslmode=disable`;
}

export interface Holder {
  client: pg.Client;
  socketDir: string;
}

/**
 * Connects to the cluster's server and takes the holder lock: attaches to a running server, waits for one that starts or
 * stops, or starts one.
 * @throws DatabaseStartError with the end of the server's log where it does not come up
 */
export async function attach(cluster: Cluster, settings: Record<string, string> = {}): Promise<Holder> {
  const begun = Date.now();
  let firstLaunch: number | undefined;
  let launching = false;
  let refusal: unknown;
  while (Date.now() - begun < READY_WITHIN) {
    const lock = readLockFile(cluster);
    if (lock?.socketDir) {
      const answer = await hold(lock.socketDir);
      if (answer instanceof pg.Client) return { client: answer, socketDir: lock.socketDir };
      refusal = answer;
    }
    const running = (lock && isPostmaster(lock.pid, cluster)) || isStarting(refusal);
    refusal = isStarting(refusal) ? undefined : refusal;
    if (!running && !launching) {
      firstLaunch ??= Date.now();
      if (Date.now() - firstLaunch > RETRY_FOR) break;
      removeStrangersLockFile(cluster);
      launching = true;
      launchPostmaster(cluster, settings).on('exit', () => (launching = false));
    }
    await sleep(25);
  }
  throw new DatabaseStartError(
    `The embedded database did not start. ${cluster.log} ends with:\n${logEnd(cluster)}`,
    {
      cause: refusal,
    },
  );
}

/** Leaves the server, and stops it (after its checkpoint) if no one else holds it. */
export async function release(cluster: Cluster, { client, socketDir }: Holder): Promise<void> {
  try {
    await client.query('SELECT pg_advisory_unlock_shared($1)', [HOLDER_LOCK]);
    const alone = await client.query<{ yes: boolean }>('SELECT pg_try_advisory_lock($1) AS yes', [
      HOLDER_LOCK,
    ]);
    const pid = readLockFile(cluster)?.pid;
    if (!alone.rows[0]?.yes || !pid || !isPostmaster(pid, cluster)) return;
    process.kill(pid, 'SIGINT'); // fast shutdown
    while (isPostmaster(pid, cluster)) await sleep(25);
    if (socketDir !== cluster.data) rmSync(socketDir, { recursive: true, force: true });
  } finally {
    await client.end();
  }
}

async function hold(socketDir: string): Promise<pg.Client | Error> {
  const client = new pg.Client({
    connectionString: databaseUrl(socketDir, 'postgres'),
    application_name: 'certstore holder',
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => undefined); // the owner listens for 'end'
  try {
    await client.connect();
    // waits while another process, which was alone, stops the server: then the connection ends and we start it again
    await client.query('SELECT pg_advisory_lock_shared($1)', [HOLDER_LOCK]);
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    return error as Error;
  }
}

/** `cannot_connect_now`: there is a server, and it is starting, recovering or stopping. */
function isStarting(error: unknown): boolean {
  return (error as { code?: string } | undefined)?.code === '57P03';
}

function logEnd(cluster: Cluster): string {
  try {
    return readFileSync(cluster.log, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
  } catch {
    return '(no log)';
  }
}
