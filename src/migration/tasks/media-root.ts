import { readdir } from 'node:fs/promises';
import { KEY_FOLDERS } from '../../storage/storage-key.js';
import { RefusedError } from '../runs/refused.error.js';

/**
 * To be asked where rows say that there are files. A disk that is not mounted, or another user's, would have each of ten
 * million files fail by itself.
 * @throws RefusedError where MEDIA_ROOT can't be read, or holds nothing
 */
export async function assertMediaRoot(mediaRoot: string): Promise<void> {
  const names = await readdir(mediaRoot).catch((error: unknown) => {
    throw new RefusedError('media_root_unreadable', `MEDIA_ROOT can't be read: ${(error as Error).message}`);
  });
  if (names.some((name) => KEY_FOLDERS.includes(name))) return;
  throw new RefusedError(
    'media_root_empty',
    `The database has files in MEDIA_ROOT, but ${mediaRoot} has none: is its disk mounted? If the files are lost, restore a backup there.`,
  );
}
