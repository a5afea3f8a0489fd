import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { DatabaseStartError } from '../database.errors.js';

/** How to start PostgreSQL's programs so that they accept the user they run as. */
export interface RunAs {
  /** Put before the program's path. */
  prefix: string[];
  uid?: number;
  gid?: number;
}

const NAMESPACE = ['unshare', '--user', '--map-user=65534', '--map-group=65534'];
const ACCOUNTS = ['postgres', 'node', 'nobody'];

/**
 * PostgreSQL refuses to run as root, and initdb refuses a user without a name. Where that is our case, the first choice
 * is a user namespace, which changes nothing on the system; the second, for root, is a system account.
 * @throws DatabaseStartError where neither is possible
 */
export function runAs(): RunAs {
  const root = process.getuid?.() === 0;
  if (!root && hasName()) return { prefix: [] };
  if (answers([...NAMESPACE, 'true']) !== undefined) return { prefix: NAMESPACE };
  for (const account of root ? ACCOUNTS : []) {
    const uid = answers(['id', '-u', account]);
    const gid = answers(['id', '-g', account]);
    if (uid && gid) return { prefix: [], uid: Number(uid), gid: Number(gid) };
  }
  throw new DatabaseStartError(
    "The embedded PostgreSQL can't run as this user: PostgreSQL refuses root and users without a name, and this " +
      'system allows no user namespace. Run as an ordinary user, or set DATABASE_URL to a PostgreSQL server.',
  );
}

function hasName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false; // no entry in the passwd file
  }
}

/** What the command prints, or undefined where it fails. */
function answers([program, ...args]: string[]): string | undefined {
  try {
    return execFileSync(program as string, args, {
      stdio: ['ignore', 'pipe', 'ignore'],
      encoding: 'utf8',
    }).trim();
  } catch {
    return undefined;
  }
}
