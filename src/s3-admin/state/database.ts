import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Libsql from 'libsql';
import { adviceFor } from '../error-advice.js';
import { errorCode } from '../error-code.js';
import { ToolError } from '../tool-error.js';
import { APPLICATION_ID, MIGRATIONS, transitionRows } from './schema.js';

/** A connection whose statements are prepared once. */
export class Database {
  private readonly statements = new Map<string, Libsql.Statement<unknown[]>>();

  constructor(private readonly connection: Libsql.Database) {}

  /** Give parameters as one array. Statements must not be left half iterated. */
  prepare(sql: string): Libsql.Statement<unknown[]> {
    let statement = this.statements.get(sql);
    if (!statement) {
      statement = this.connection.prepare<unknown[]>(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }

  exec(sql: string): void {
    this.connection.exec(sql);
  }

  /** All or nothing, also against SIGKILL; part of the transaction around it where there is one. */
  transaction<T>(work: () => T): T {
    if (this.connection.inTransaction) return work();
    this.connection.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.connection.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk ends it by itself; a second ROLLBACK would hide why.
      if (this.connection.inTransaction) this.connection.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.connection.close();
  }
}

/** How long a writer waits for another command's transaction, milliseconds. */
const BUSY_MS = 60_000;

/**
 * Opens the state file, making it where there is none. Several commands may have it open at once: SQLite's write-ahead
 * log lets them read while one writes.
 *
 * Commits survive a killed process at once. A power cut may take back the last ones, never half of one; the work they
 * recorded is then found on disk and recorded again.
 *
 * @throws ToolError where the file is no state file, or a newer version's
 */
export function openState(path: string, options: { mustExist?: boolean } = {}): Database {
  const file = resolve(path);
  if (options.mustExist && !existsSync(file)) {
    throw new ToolError(
      'no_state',
      `state file ${file} does not exist`,
      'run `mirror` first, or set MIRROR_STATE_DB',
    );
  }
  let database: Database | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true });
    database = new Database(new Libsql(file, { timeout: BUSY_MS }));
    if (options.mustExist) refuseEmpty(database, file);
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = NORMAL');
    database.exec('PRAGMA cache_size = -2048'); // 2 MiB: walks go along the primary key; a scan of a million objects took no longer than with 16
    migrate(database, file);
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof ToolError) throw error;
    throw new ToolError(
      'bad_state',
      `${file} can't be used as a state file: ${(error as Error).message}`,
      (NEXT[errorCode(error)] ?? adviceFor(errorCode(error))) ||
        'set MIRROR_STATE_DB to a writable path, or to the file of an earlier run',
      { cause: error },
    );
  }
}

const READ_ONLY =
  'make it and its folder writable; if their disk is read-only, set MIRROR_STATE_DB to a copy of it elsewhere';

/** What to do about a file that SQLite can't use, by its code. */
const NEXT: Record<string, string> = {
  SQLITE_CANTOPEN: READ_ONLY,
  SQLITE_READONLY: READ_ONLY,
  SQLITE_BUSY: 'stop the program that has it locked, then run it again',
};

/** SQLite takes an empty file for a new database: a record that was lost would pass for one of nothing to do. */
function refuseEmpty(database: Database, file: string): void {
  if (pragma(database, 'schema_version') > 0) return;
  throw new ToolError(
    'bad_state',
    `${file} is empty: no mirror is recorded in it`,
    'restore a backup of it, together with its -wal file if it has one; without a backup, remove it and run `mirror`',
  );
}

function migrate(database: Database, file: string): void {
  // Who only reads needs no lock then, and waits for nobody.
  if (isUpToDate(database)) return;
  database.transaction(() => {
    const version = pragma(database, 'user_version');
    const application = pragma(database, 'application_id');
    const tables = database
      .prepare("SELECT count(*) AS n FROM sqlite_master WHERE type = 'table'")
      .get([]) as { n: number };
    if (application !== APPLICATION_ID && (version !== 0 || tables.n > 0)) {
      throw new ToolError(
        'bad_state',
        `${file} is the SQLite file of another program`,
        'set MIRROR_STATE_DB to another path',
      );
    }
    if (version > MIGRATIONS.length) {
      throw new ToolError(
        'newer_state',
        `${file} was written by a newer version of this program`,
        'update this program',
      );
    }
    if (version === MIGRATIONS.length) return; // by another command, meanwhile
    for (const sql of MIGRATIONS.slice(version)) database.exec(sql);
    database.exec('DELETE FROM transitions');
    const insert = database.prepare('INSERT INTO transitions VALUES (?, ?, ?)');
    for (const row of transitionRows()) insert.run(row);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}

function isUpToDate(database: Database): boolean {
  return (
    pragma(database, 'application_id') === APPLICATION_ID &&
    pragma(database, 'user_version') === MIGRATIONS.length
  );
}

function pragma(database: Database, name: string): number {
  return Object.values(database.prepare(`PRAGMA ${name}`).get([]) as Record<string, number>)[0] ?? 0;
}
