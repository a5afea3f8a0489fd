import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, closeSync, lstatSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseStartError } from '../database.errors.js';
import type { Cluster } from './cluster.js';
import { isAlive } from '../../process/is-alive.js';
import { commandLine } from './processes.js';

/** What the server's own lock file, `postmaster.pid`, says. */
export interface LockFile {
  pid: number;
  /** Undefined until the server has made its socket. */
  socketDir: string | undefined;
}

export function readLockFile(cluster: Cluster): LockFile | undefined {
  try {
    const lines = readFileSync(join(cluster.data, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number.parseInt(lines[0] ?? '', 10);
    return pid > 0 ? { pid, socketDir: lines[4] || undefined } : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether this process is the server of this cluster, and not a stranger that was given its old process id. */
export function isPostmaster(pid: number, cluster: Cluster): boolean {
  const command = commandLine(pid);
  return command.includes('postgres') && command.includes(cluster.data);
}

/**
 * A lock file whose process id now belongs to a stranger (common after a container restarts) would make PostgreSQL
 * refuse to start for as long as that stranger lives. One whose process is gone it handles itself.
 */
export function removeStrangersLockFile(cluster: Cluster): void {
  const lock = readLockFile(cluster);
  if (lock && isAlive(lock.pid) && !isPostmaster(lock.pid, cluster)) {
    rmSync(join(cluster.data, 'postmaster.pid'), { force: true });
  }
}

/** Starts the server, detached: it belongs to all who use the cluster, and Ctrl-C must not reach it. */
export function launchPostmaster(cluster: Cluster, settings: Record<string, string>): ChildProcess {
  const flags = {
    listen_addresses: '',
    unix_socket_directories: socketDir(cluster),
    unix_socket_permissions: '0700',
    shared_buffers: '64MB',
    max_connections: '100',
    ...settings,
  };
  const log = openSync(cluster.log, 'a');
  const child = cluster.run(
    'postgres',
    ['-D', cluster.data, ...Object.entries(flags).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { stdio: ['ignore', log, log], detached: true },
  );
  closeSync(log);
  child.unref();
  return child;
}

/** The cluster's own folder, or one for this user alone where that path is too long for a socket (107 bytes). */
function socketDir(cluster: Cluster): string {
  if (Buffer.byteLength(cluster.data) < 80) return cluster.data;
  const owner = lstatSync(cluster.data);
  const hash = createHash('sha256').update(cluster.data).digest('hex').slice(0, 12);
  const dir = join(tmpdir(), `certstore-${owner.uid}-${hash}`);
  const made = mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (made && owner.uid !== process.getuid?.()) chownSync(dir, owner.uid, owner.gid);
  // the name can be guessed: another user may have been here first
  const found = lstatSync(dir);
  if (!found.isDirectory() || found.uid !== owner.uid || (found.mode & 0o077) !== 0) {
    throw new DatabaseStartError(
      `${dir} exists and is not a private folder of this user. Remove it, or set DATA_DIR to a shorter path.`,
    );
  }
  return dir;
}
