import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { DatabaseStartError } from './database.errors.js';

/** The advisory lock that Prisma Migrate takes: our runs and its own exclude each other. */
const PRISMA_LOCK = 72_707_369;
const MIGRATIONS = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));

/** As Prisma Migrate creates it. */
const TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

interface Row {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
}

/**
 * Brings the database's schema up to date, as `prisma migrate deploy` would: same table, same checksums, same lock, so
 * that the real tool says "up to date" afterwards. Unlike there, a migration and its row are one transaction: a kill
 * leaves both or neither.
 *
 * @returns names of the migrations applied now
 * @throws DatabaseStartError where a migration fails, or one that Prisma itself began was never finished
 */
export async function applyMigrations(url: string, folder = MIGRATIONS): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'certstore migrations' });
  client.on('error', () => undefined); // the query in flight, or the next one, says so
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [PRISMA_LOCK]);
    await client.query(TABLE);
    const found = await client.query<Row>('SELECT * FROM _prisma_migrations WHERE rolled_back_at IS NULL');
    const rows = new Map(found.rows.map((row) => [row.migration_name, row]));
    const applied: string[] = [];
    for (const migration of readMigrations(folder)) {
      const row = rows.get(migration.name);
      if (row) check(row, migration);
      else {
        await apply(client, migration);
        applied.push(migration.name);
      }
    }
    return applied;
  } finally {
    await client.end(); // releases the lock
  }
}

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

function readMigrations(folder: string): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const sql = readFileSync(join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function check(row: Row, { name, checksum }: Migration): void {
  if (!row.finished_at) {
    throw new DatabaseStartError(
      `Migration ${name} was started by another tool and never finished. Check what it did, then run ` +
        `\`prisma migrate resolve --applied ${name}\` or \`--rolled-back ${name}\`.`,
    );
  }
  if (row.checksum !== checksum) {
    process.emitWarning(`Migration ${name} was changed after it was applied to this database.`);
  }
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    throw new DatabaseStartError(
      `Migration ${name} failed and changed nothing: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  }
}
