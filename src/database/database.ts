import { join } from 'node:path';
import pg from 'pg';
import type { Config } from '../config/config.js';
import { applyMigrations } from './apply-migrations.js';
import { DatabaseStartError } from './database.errors.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/embedded-postgres.js';

/** The open database. After an outage its next query connects anew. */
export class Database {
  readonly pool: pg.Pool;

  constructor(
    readonly url: string,
    private readonly embedded?: EmbeddedPostgres,
  ) {
    this.pool = openPool(url);
  }

  /** Ends the connections, and the embedded server if no other process uses it. */
  async close(): Promise<void> {
    await this.pool.end();
    await this.embedded?.stop();
  }
}

/**
 * A pool in which a lost server shows within seconds: a refused connection at once, a silent one by these limits.
 * @param options.max connections at most
 */
export function openPool(url: string, options: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'certstore',
    max: 10,
    connectionTimeoutMillis: 5_000,
    // the server ends a statement that takes too long; a server that hangs can't, so the client gives up after it
    statement_timeout: 20_000,
    query_timeout: 25_000,
    idle_in_transaction_session_timeout: 60_000,
    keepAlive: true,
    ...options,
  });
  // An idle connection broke. The pool has dropped it already; whoever asks next gets a new one or the reason.
  pool.on('error', () => undefined);
  // One that somebody holds broke: their next query says so. Node would end the process for an event nobody listens to.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/**
 * Opens the server of DATABASE_URL or the embedded one, and brings its schema up to date.
 * @throws DatabaseStartError saying what to do
 */
export async function openDatabase(config: Pick<Config, 'dataDir' | 'database'>): Promise<Database> {
  return config.database.url ? openGiven(config.database.url) : openEmbedded(config.dataDir);
}

async function openGiven(url: string): Promise<Database> {
  try {
    await applyMigrations(url);
  } catch (error) {
    if (error instanceof DatabaseStartError) throw error;
    throw new DatabaseStartError(`DATABASE_URL: ${reason(error)}`, { cause: error });
  }
  return new Database(url);
}

async function openEmbedded(dataDir: string): Promise<Database> {
  const embedded = await startEmbeddedPostgres({ dir: join(dataDir, 'database'), database: 'certstore' });
  try {
    await applyMigrations(embedded.url);
  } catch (error) {
    await embedded.stop();
    throw error;
  }
  return new Database(embedded.url, embedded);
}

/** Node's error for a host with several addresses has no message of its own. */
function reason(error: unknown): string {
  const { message, errors } = error as AggregateError;
  return message || (errors as Error[]).map((one) => one.message).join('; ');
}
