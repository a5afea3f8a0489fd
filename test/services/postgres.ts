import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { attach, databaseUrl } from '../../src/database/embedded/attach.js';
import { openCluster } from '../../src/database/embedded/cluster.js';
import { readLockFile } from '../../src/database/embedded/postmaster.js';
import { noteProcess } from './run-folder.js';

/** The tests' data need not survive a power cut. */
const FAST = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' };

export interface PostgresFacts {
  socketDir: string;
}

/** The PostgreSQL that is embedded in the service, run for the tests. */
export async function startPostgres(folder: string): Promise<PostgresFacts> {
  const cluster = await openCluster(folder);
  const { client, socketDir } = await attach(cluster, FAST);
  const lock = readLockFile(cluster);
  if (lock) noteProcess(lock.pid, 'SIGQUIT');
  await client.end();
  return { socketDir };
}

/** Makes an empty database and returns its URL. */
export async function createDatabase({ socketDir }: PostgresFacts): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client(databaseUrl(socketDir, 'postgres'));
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name}`);
  } finally {
    await client.end();
  }
  return databaseUrl(socketDir, name);
}
