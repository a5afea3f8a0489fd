import { randomUUID } from 'node:crypto';
import { link, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkedChunks } from '../../content.js';
import type { Content } from '../../storage-backend.js';
import type { StorageErrorContext } from '../../storage.errors.js';
import type { StorageKey } from '../../storage-key.js';
import { hasErrno } from './local-errors.js';
import { type LocalFolders, syncFolder } from './local-folders.js';

/**
 * Writes the content to a temporary file, makes it durable, and only then gives it its name. Killed at any moment, this
 * leaves either nothing under the name or all of it, and at worst a temporary file.
 *
 * The name is given by link(2), which fails if the name is taken: rename(2) would overwrite a file that another process
 * put there meanwhile.
 *
 * @returns false if the name was taken
 */
export async function writeFile(
  folders: LocalFolders,
  key: StorageKey,
  content: Content,
  context: StorageErrorContext,
): Promise<boolean> {
  const temporary = join(folders.temporary, randomUUID());
  try {
    const file = await folders.within(folders.temporary, () => open(temporary, 'wx', 0o640));
    try {
      for await (const chunk of checkedChunks(content, context)) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    return await giveName(folders, temporary, key);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function giveName(folders: LocalFolders, temporary: string, key: StorageKey): Promise<boolean> {
  const target = folders.pathOf(key);
  return folders.within(dirname(target), async () => {
    const folder = await folders.folderOf(key);
    try {
      await link(temporary, target);
    } catch (error) {
      if (hasErrno(error, 'EEXIST')) return false;
      throw error;
    }
    await syncFolder(folder);
    return true;
  });
}
