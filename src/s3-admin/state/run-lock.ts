import { resolve } from 'node:path';
import Libsql from 'libsql';
import { ToolError } from '../tool-error.js';
import type { Metadata } from './metadata.js';

/**
 * Keeps a second writing command off the same mirror. The lock is an open transaction on a small SQLite file beside the
 * state: the operating system ends it with the process, however that ends, so no stale lock is ever left.
 *
 * @returns what releases it
 * @throws ToolError `already_running` with the other's process id
 */
export function takeRunLock(stateFile: string, metadata: Metadata): () => void {
  const lock = new Libsql(`${resolve(stateFile)}-lock`, { timeout: 100 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    throw new ToolError(
      'already_running',
      `another command works on this mirror (process ${metadata.get('running') ?? 'unknown'})`,
      'wait for it, or stop it with Ctrl-C; `mirror status` shows how far it is',
      { cause },
    );
  }
  metadata.set('running', `${process.pid}, since ${new Date().toISOString()}`);
  return () => {
    metadata.delete('running');
    lock.exec('ROLLBACK');
    lock.close();
  };
}
