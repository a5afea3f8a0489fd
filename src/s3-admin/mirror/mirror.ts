import type { Clients } from '../aws/clients.js';
import type { State } from '../state/state.js';
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
  /** Aborts on Ctrl-C: nothing new may be started. */
  signal: AbortSignal;
}
