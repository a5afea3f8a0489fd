import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../../../process/is-alive.js';
import { describeError } from '../../describe-error.js';
import type { Clients } from '../../aws/clients.js';
import { removeBucket } from './cleanup.js';

export const SMOKE_TEST = 's3-admin-smoke-';
const NOTE = '.smoke-test.json';

interface Note {
  bucket: string;
  /** Address of the server the bucket is on. */
  source: string;
  pid: number;
}

/** Notes whose bucket it is, before there is one: so the next smoke test can remove it if this one is killed. */
export async function noteBucket(root: string, bucket: string, clients: Clients): Promise<void> {
  const note: Note = { bucket, source: sourceOf(clients), pid: process.pid };
  await writeFile(join(root, NOTE), JSON.stringify(note), { mode: 0o600 });
}

/**
 * Removes the buckets and folders of smoke tests that were killed on this machine. Only what such a test noted is
 * removed: a bucket's name alone says neither whose it is nor whether its test is still running.
 * @param tell what became of each
 */
export async function removeLeftovers(clients: Clients, tell: (text: string) => void): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(SMOKE_TEST)) continue;
    const folder = join(tmpdir(), name);
    const note = await readNote(folder);
    if (!note || note.source !== sourceOf(clients) || isAlive(note.pid)) continue;
    try {
      await removeBucket(clients, note.bucket);
      await rm(folder, { recursive: true, force: true });
      tell(`removed ${note.bucket}, left over from a smoke test that was killed`);
    } catch (error) {
      tell(`${note.bucket}, left over from a smoke test, can't be removed: ${describeError(error).message}`);
    }
  }
}

/** Undefined where the folder is somebody else's, or tells nothing. */
async function readNote(folder: string): Promise<Note | undefined> {
  try {
    if ((await stat(folder)).uid !== process.getuid?.()) return undefined;
    const { bucket, source, pid } = JSON.parse(await readFile(join(folder, NOTE), 'utf8')) as Note;
    const own = /^s3-admin-smoke-[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}$/.test(bucket);
    return own && Number.isInteger(pid) ? { bucket, source, pid } : undefined;
  } catch {
    return undefined;
  }
}

function sourceOf({ endpoint }: Clients): string {
  return endpoint ?? 'AWS';
}
