import { statfs } from 'node:fs/promises';
import { ToolError } from '../tool-error.js';
import { bytesText } from './bytes-text.js';
import type { Mirror } from './mirror.js';

/**
 * @throws ToolError `disk_full` where less than this would stay free below the root besides what must stay free,
 *   `root_gone` where the root is no longer there
 */
export async function assertSpace(
  { settings, work }: Pick<Mirror, 'settings' | 'work'>,
  needed: number,
): Promise<void> {
  const gone = work.gone();
  if (gone) throw gone;
  const { bavail, bsize } = await statfs(settings.root);
  const free = bavail * bsize;
  if (free - needed >= settings.minFree) return;
  throw new ToolError(
    'disk_full',
    `${settings.root} has ${bytesText(free)} free, ${bytesText(needed)} are still to be copied and ${bytesText(settings.minFree)} must stay free`,
    'free space, set MIRROR_ROOT to a larger disk, leave buckets out with --exclude, or lower --min-free',
  );
}
