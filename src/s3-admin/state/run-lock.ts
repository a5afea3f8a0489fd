import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Libsql from 'libsql';
import { ToolError } from '../tool-error.js';
import { State } from './state.js';

/**
 * Keeps a second writing command off the same mirror. The lock is an open transaction on a small SQLite file beside the
 * state: the operating system ends it with the process, however that ends, so no stale lock is ever left. Take it before
 * the state is opened: whoever holds it may remove the state.
 *
 * @returns what releases it
 * @throws ToolError `already_running` with the other's process id
 */
export function takeRunLock(stateFile: string): () => void {
  const file = resolve(stateFile);
  let lock: Libsql.Database | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true });
    lock = new Libsql(`${file}-lock`, { timeout: 100 });
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock?.close();
    throw (cause as { code?: string }).code === 'SQLITE_BUSY' ? alreadyRunning(file) : noLock(file, cause);
  }
  const held = lock;
  return () => {
    held.exec('ROLLBACK');
    held.close();
  };
}

/** True while a command that changes the mirror works on it. */
export function runLockHeld(stateFile: string): boolean {
  const file = `${resolve(stateFile)}-lock`;
  if (!existsSync(file)) return false;
  const lock = new Libsql(file, { timeout: 0 });
  try {
    lock.exec('SELECT * FROM sqlite_master');
    return false;
  } catch (error) {
    if ((error as { code?: string }).code === 'SQLITE_BUSY') return true;
    throw error;
  } finally {
    lock.close();
  }
}

function alreadyRunning(stateFile: string): ToolError {
  return new ToolError(
    'already_running',
    `another command is using this mirror (process ${whoRuns(stateFile) ?? 'unknown'})`,
    'wait for it, or stop it with Ctrl-C; `mirror status` shows its progress',
  );
}

function noLock(stateFile: string, cause: unknown): ToolError {
  return new ToolError(
    'bad_state',
    `${stateFile}-lock can't be used as a lock: ${(cause as Error).message}`,
    'set MIRROR_STATE_DB to a writable path',
    { cause },
  );
}

function whoRuns(stateFile: string): string | undefined {
  if (!existsSync(stateFile)) return undefined;
  const state = State.open(stateFile);
  try {
    return state.metadata.get('running');
  } finally {
    state.close();
  }
}
