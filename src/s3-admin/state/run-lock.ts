import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import Libsql from 'libsql';
import { ToolError } from '../tool-error.js';

/** A lock's files, by what follows its name. */
export const LOCK_FILES = ['-lock', '-holder'];

const UNKNOWN = 'unknown';

const NEEDS_LOCKS =
  'a network disk must be mounted with file locks (NFSv3: with its lock service, or with `nolock`; SMB: `nobrl`; Lustre: `flock`)';

/**
 * Keeps a second writing command off the same state file, or off the same folder. The lock is an open transaction on a
 * small SQLite file: the operating system ends it with the process, however that ends, so no stale lock is ever left. Take
 * it before the state is opened: whoever holds it may remove the state.
 *
 * @param name the path of what is locked
 * @returns what releases it
 * @throws ToolError `already_running`, which names the other process
 */
export function takeRunLock(name: string, stateFile = name): () => void {
  const file = resolve(name);
  let lock: Libsql.Database | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true });
    lock = new Libsql(`${file}-lock`, { timeout: 100 });
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock?.close();
    throw (cause as { code?: string }).code === 'SQLITE_BUSY' ? alreadyRunning(file) : noLock(file, cause);
  }
  noteHolder(file, stateFile);
  const held = lock;
  return () => {
    held.exec('ROLLBACK');
    held.close();
  };
}

/** In a file of its own, as nobody else can read the locked one. On a full disk the lock holds without it. */
function noteHolder(file: string, stateFile: string): void {
  const since = new Date().toISOString();
  try {
    writeFileSync(
      `${file}-holder`,
      `${process.pid} on ${hostname()}, with the state file ${resolve(stateFile)}, since ${since}\n`,
    );
  } catch {
    // `holderOf` says so then
  }
}

/** The command that changes the mirror at present, if one does. */
export function runLockHolder(stateFile: string): string | undefined {
  const file = `${resolve(stateFile)}-lock`;
  if (!existsSync(file)) return undefined;
  const lock = new Libsql(file, { timeout: 0 });
  try {
    lock.exec('SELECT * FROM sqlite_master');
    return undefined;
  } catch (error) {
    if ((error as { code?: string }).code === 'SQLITE_BUSY') return holderOf(resolve(stateFile));
    throw error;
  } finally {
    lock.close();
  }
}

function alreadyRunning(file: string): ToolError {
  const holder = holderOf(file);
  // A disk without a lock service gives the same answer, and to every command.
  const otherwise = holder === UNKNOWN ? `; if there is none: ${NEEDS_LOCKS}` : '';
  return new ToolError(
    'already_running',
    `another command is using this mirror (process ${holder})`,
    `wait for it, or stop it with Ctrl-C; \`mirror status\` shows its progress${otherwise}`,
  );
}

function noLock(file: string, cause: unknown): ToolError {
  return new ToolError(
    'bad_state',
    `${file}-lock can't be used as a lock: ${(cause as Error).message}`,
    `make it and its folder writable, or set MIRROR_STATE_DB and MIRROR_ROOT to paths that are; ${NEEDS_LOCKS}`,
    { cause },
  );
}

/** Says nothing unless the lock is held: a killed holder leaves it. */
function holderOf(file: string): string {
  return (existsSync(`${file}-holder`) && readFileSync(`${file}-holder`, 'utf8').trim()) || UNKNOWN;
}
