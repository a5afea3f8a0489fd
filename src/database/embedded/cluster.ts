import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseStartError } from '../database.errors.js';
import { postgresBinaries } from './binaries.js';
import { isAlive } from '../../process/is-alive.js';
import { type RunAs, runAs } from './run-as.js';

/** An initialised data folder and how to run PostgreSQL's programs on it. */
export interface Cluster {
  /** Folder that holds the cluster and its log. */
  dir: string;
  /** PGDATA */
  data: string;
  log: string;
  run(program: string, args: string[], options: SpawnOptions): ChildProcess;
}

/** Superuser of the embedded cluster; it can be reached through its socket only. */
export const SUPERUSER = 'certstore';

/**
 * Opens the cluster in the folder, making it where there is none.
 * @throws DatabaseStartError where the folder can't be written or holds a cluster of another PostgreSQL
 */
export async function openCluster(folder: string): Promise<Cluster> {
  const bin = postgresBinaries();
  const as = runAs();
  const dir = writableFolder(folder, as);
  const data = join(dir, 'pgdata');
  const cluster: Cluster = {
    dir,
    data,
    log: join(dir, 'postgres.log'),
    run(program, args, options) {
      const [command, ...rest] = [...as.prefix, join(bin, program), ...args];
      const { uid, gid } = as;
      return spawn(command as string, rest, { ...options, ...(uid === undefined ? {} : { uid, gid }) });
    },
  };
  if (!existsSync(join(data, 'PG_VERSION'))) await initialise(cluster);
  checkVersion(data, bin);
  return cluster;
}

function writableFolder(folder: string, as: RunAs): string {
  try {
    mkdirSync(folder, { recursive: true });
    const dir = realpathSync(folder);
    const probe = join(dir, `.writable-${process.pid}`);
    mkdirSync(probe);
    rmSync(probe, { recursive: true });
    if (as.uid !== undefined && as.gid !== undefined) chownSync(dir, as.uid, as.gid);
    return dir;
  } catch (cause) {
    throw new DatabaseStartError(
      `The embedded database needs a folder it can write to: ${(cause as Error).message}. ` +
        'Set DATA_DIR to one, or DATABASE_URL to a PostgreSQL server.',
      { cause },
    );
  }
}

/** Made aside and renamed when whole: neither a kill nor a second process ever leaves half a cluster. */
async function initialise(cluster: Cluster): Promise<void> {
  const aside = `${cluster.data}.init-${process.pid}`;
  rmSync(aside, { recursive: true, force: true });
  const locale = ['-E', 'UTF8', '--locale-provider=builtin', '--locale=C.UTF-8'];
  const child = cluster.run(
    'initdb',
    ['-D', aside, '-U', SUPERUSER, '--auth=trust', ...locale, '--no-instructions'],
    // like the server: Ctrl-C is for the command, which waits for it
    { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const code = await new Promise<number | null>((done, failed) =>
    child.on('close', done).on('error', failed),
  );
  try {
    if (code !== 0)
      throw new DatabaseStartError(`The embedded database can't be created: ${complaint.trim()}`);
    renameSync(aside, cluster.data);
  } catch (error) {
    // another process was quicker: its cluster is as good as ours
    if (!existsSync(join(cluster.data, 'PG_VERSION'))) throw error;
  } finally {
    removeLeftovers(cluster.dir);
  }
}

function removeLeftovers(dir: string): void {
  for (const name of readdirSync(dir)) {
    const pid = /^pgdata\.init-(\d+)$/.exec(name)?.[1];
    if (pid && (Number(pid) === process.pid || !isAlive(Number(pid)))) {
      rmSync(join(dir, name), { recursive: true, force: true });
    }
  }
}

function checkVersion(data: string, bin: string): void {
  const theirs = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  const ours = /(\d+)/.exec(execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' }))?.[1];
  if (theirs === ours) return;
  throw new DatabaseStartError(
    `${data} was written by PostgreSQL ${theirs}; the embedded one is ${ours} and can't read that. Dump it with ` +
      `PostgreSQL ${theirs} (pg_dump) and load that into a new DATA_DIR, or set DATABASE_URL to a PostgreSQL ${theirs} server.`,
  );
}
