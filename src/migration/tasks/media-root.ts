import { readdir } from 'node:fs/promises';
import { KEY_FOLDERS } from '../../storage/storage-key.js';
import { RefusedError } from '../runs/refused.error.js';

/**
 * To be called if rows name local files. On a disk that is not mounted, or is another user's, each of ten million files
 * would fail by itself.
 * @throws RefusedError if MEDIA_ROOT can't be read, or is empty
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
