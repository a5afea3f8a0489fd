import { statfs } from 'node:fs/promises';
import type { Clients } from '../aws/clients.js';
import type { State } from '../state/state.js';
import { ToolError } from '../tool-error.js';
import type { Hasher } from './content/hasher.js';
import type { Connections } from './copy/connections.js';
import type { WorkFolder } from './copy/work-folder.js';
import type { Names } from './names/names.js';
import type { Progress } from './progress.js';
import type { MirrorSettings } from './settings.js';

/** What the phases of one run share. */
export interface Mirror {
  settings: MirrorSettings;
  state: State;
  clients: Clients;
  names: Names;
  work: WorkFolder;
  hasher: Hasher;
  connections: Connections;
  progress: Progress;
  /** Aborts on Ctrl-C: begin nothing new. */
  signal: AbortSignal;
}

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

/** `12.3 GiB` */
export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  const power = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${power === 0 ? Math.round(bytes) : (bytes / 1024 ** power).toFixed(1)} ${units[power]}`;
}
