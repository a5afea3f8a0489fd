import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Clients } from '../aws/clients.js';
import type { CommandContext } from '../command-context.js';
import { takeRunLock } from '../state/run-lock.js';
import { State } from '../state/state.js';
import { ToolError } from '../tool-error.js';
import { Hasher } from './content/hasher.js';
import { Connections } from './copy/connections.js';
import { WorkFolder } from './copy/work-folder.js';
import { checkStateFile } from './inside-root.js';
import type { Mirror } from './mirror.js';
import { Names } from './names/names.js';
import { pinToFolder, pinToRoot, pinToSource } from './pins.js';
import { Progress } from './progress.js';
import { type MirrorSettings, mirrorSettings } from './settings.js';

/** Opens the mirror for a command that changes it, and closes it afterwards. Only one such command runs at a time. */
export async function withMirror<T>(
  context: CommandContext,
  flags: Record<string, unknown>,
  work: (mirror: Mirror) => Promise<T>,
): Promise<T> {
  const settings = mirrorSettings(context.env, flags);
  makeRoot(settings);
  const folder = new WorkFolder(settings.root);
  checkStateFile(settings);
  const releaseState = takeRunLock(settings.stateFile);
  try {
    // Unfinished downloads and names on the disk are one mirror's at a time, also where another has a state file of its own.
    const releaseFolder = takeRunLock(folder.lock, settings.stateFile);
    try {
      return await workOn(context, settings, folder, work);
    } finally {
      releaseFolder();
    }
  } finally {
    releaseState();
  }
}

/** The same for a command that has nothing to do if nothing was mirrored yet. @throws ToolError `no_state` */
export async function withKnownMirror<T>(
  context: CommandContext,
  flags: Record<string, unknown>,
  work: (mirror: Mirror) => Promise<T>,
): Promise<T> {
  await readState(context, flags, async () => undefined);
  return withMirror(context, flags, work);
}

async function workOn<T>(
  context: CommandContext,
  settings: MirrorSettings,
  folder: WorkFolder,
  work: (mirror: Mirror) => Promise<T>,
): Promise<T> {
  const state = State.open(settings.stateFile);
  const clients = new Clients(context.env, { maxSockets: settings.concurrency, timeout: settings.timeout });
  const hasher = new Hasher();
  const connections = new Connections({ timeout: settings.timeout, ca: clients.ca });
  try {
    folder.clean();
    const mirror: Mirror = {
      ...{ settings, state, clients, hasher, connections, work: folder },
      names: new Names(state, { portable: namesRule(settings, state) === 'portable' }),
      progress: new Progress(context.stderr, (progress) =>
        state.metadata.set('progress', JSON.stringify({ at: Date.now(), ...progress })),
      ),
      signal: context.signal,
    };
    pinToRoot(settings, state);
    pinToFolder(settings, state, folder);
    pinToSource(clients, settings, state, folder);
    return await work(mirror);
  } finally {
    state.close();
    clients.close();
    await hasher.close();
    connections.close();
  }
}

/** Opens the state for a command that only reads it, while another may be changing it. */
export function readState<T>(
  context: CommandContext,
  flags: Record<string, unknown>,
  work: (state: State, settings: MirrorSettings) => Promise<T>,
): Promise<T> {
  const settings = mirrorSettings(context.env, flags);
  checkStateFile(settings);
  const state = State.open(settings.stateFile, { mustExist: true });
  return work(state, settings).finally(() => state.close());
}

function makeRoot({ root }: MirrorSettings): void {
  try {
    mkdirSync(root, { recursive: true });
  } catch (cause) {
    throw new ToolError(
      'bad_root',
      `MIRROR_ROOT: ${(cause as Error).message}`,
      'set it to a writable folder',
      { cause },
    );
  }
}

/** The rule is chosen once: names that are on the disk keep their meaning. */
function namesRule({ names, root }: MirrorSettings, state: State): string {
  const chosen = state.metadata.get('names');
  const wanted = names === 'auto' ? (chosen ?? (isCaseBlind(root) ? 'portable' : 'native')) : names;
  if (chosen !== undefined && chosen !== wanted) {
    throw new ToolError(
      'other_names',
      `the names below ${root} are ${chosen}, MIRROR_NAMES says ${wanted}`,
      'unset MIRROR_NAMES, or start a new mirror',
    );
  }
  state.metadata.set('names', wanted);
  return wanted;
}

function isCaseBlind(root: string): boolean {
  const probe = join(root, '.mirror/tmp', `case-${process.pid}`);
  writeFileSync(probe, '', { flag: 'wx' });
  try {
    return existsSync(join(root, '.MIRROR/TMP', `CASE-${process.pid}`));
  } finally {
    rmSync(probe);
  }
}
