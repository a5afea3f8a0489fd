import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectInfo } from '../../storage-backend.js';
import { StorageError } from '../../storage.errors.js';
import { isKey, KEY_FOLDERS, type StorageKey } from '../../storage-key.js';
import { hasErrno } from './local-errors.js';
import { infoOf } from './local-info.js';

/** What the folders of a key look like, from the root down. */
const LEVELS = [new RegExp(`^(${KEY_FOLDERS.join('|')})$`), /^\d{4}$/, /^(0[1-9]|1[0-2])$/];
const AT_ONCE = 32;

/**
 * The keys below the root in byte order. Keeps the names of one month at a time. A file deleted while it is listed may
 * or may not appear; what has a key's name but is not a file does not. A symbolic link in place of a folder ends the
 * listing with an error, because what it hides is unknown.
 */
export async function* listFiles(
  root: string,
  { prefix = '', after = '' }: { prefix?: string; after?: string },
): AsyncGenerator<ObjectInfo, void> {
  yield* walk('', 0);

  async function* walk(folder: string, level: number): AsyncGenerator<ObjectInfo, void> {
    const names = await namesIn(join(root, folder));
    const paths = names.sort().map((name) => folder + name);
    if (level === LEVELS.length) {
      const keys = paths.filter(isKey).filter((key) => key.startsWith(prefix) && key > after);
      for (let at = 0; at < keys.length; at += AT_ONCE) {
        const infos = await Promise.all(keys.slice(at, at + AT_ONCE).map((key) => look(root, key)));
        for (const info of infos) if (info) yield info;
      }
      return;
    }
    for (const path of paths.filter((path) => LEVELS[level]?.test(path.slice(folder.length)))) {
      if (mayHold(`${path}/`, prefix, after) && (await isFolder(join(root, path)))) {
        yield* walk(`${path}/`, level + 1);
      }
    }
  }
}

function mayHold(folder: string, prefix: string, after: string): boolean {
  const meets = folder.startsWith(prefix) || prefix.startsWith(folder);
  return meets && after.slice(0, folder.length) <= folder;
}

/** The contents of the folder; nothing if there is no folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return [];
    throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  const stats = await lstat(path);
  if (!stats.isSymbolicLink()) return stats.isDirectory();
  throw new StorageError(
    'misconfigured',
    `${path} is a symbolic link, which is not allowed below MEDIA_ROOT: put the file or folder itself there`,
    {
      operation: 'list',
      backend: 'local',
    },
  );
}

async function look(root: string, key: StorageKey): Promise<ObjectInfo | undefined> {
  try {
    const stats = await lstat(join(root, key));
    return stats.isFile() ? infoOf(key, stats) : undefined;
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}
