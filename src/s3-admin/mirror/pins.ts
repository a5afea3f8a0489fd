import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clients, ListedBucket } from '../aws/clients.js';
import type { ObjectState } from '../state/object-states.js';
import type { State } from '../state/state.js';
import { ToolError } from '../tool-error.js';
import { regularFile } from './inside-root.js';
import type { WorkFolder } from './copy/work-folder.js';
import type { MirrorSettings } from './settings.js';

/** States of objects that have a copy, right or wrong. */
const ON_DISK: ObjectState[] = ['copied', 'verified', 'kept', 'deleted'];

/** @throws ToolError `other_root` if the state belongs to a mirror that is still somewhere else */
export function pinToRoot({ root, stateFile }: MirrorSettings, state: State): void {
  const known = state.metadata.get('root');
  if (known !== undefined && existsSync(known) && realpathSync(known) !== realpathSync(root)) {
    throw new ToolError(
      'other_root',
      `${stateFile} belongs to the mirror in ${known}, MIRROR_ROOT is ${root}`,
      'correct MIRROR_ROOT or MIRROR_STATE_DB; a mirror that was moved is accepted once its old folder is gone',
    );
  }
  state.metadata.set('root', root);
}

/**
 * Recognizes the folder of the copies by a file in it. Otherwise a state file elsewhere would take an empty mount point
 * for the disk.
 */
export function pinToFolder({ root, stateFile }: MirrorSettings, state: State, { path }: WorkFolder): void {
  const file = join(path, 'id');
  const known = state.metadata.get('root_id');
  const here = noteIn(root, file);
  if (known !== undefined && known !== here && state.tallies.count(ON_DISK).files > 0) {
    throw new ToolError(
      'other_root',
      `${root} is not the folder that ${stateFile} belongs to: is its disk mounted?`,
      `mount it, or correct MIRROR_ROOT or MIRROR_STATE_DB; if it is the right folder after all, write ${known} to ${file} and run \`mirror verify\``,
    );
  }
  const id = here ?? known ?? randomUUID();
  if (here === undefined) writeFileSync(file, `${id}\n`);
  if (known !== id) state.metadata.set('root_id', id);
}

/**
 * Not only the state has a source: with a new one, buckets of the same names on another server would replace the copies
 * that are in this folder.
 */
export function pinToSource(
  clients: Clients,
  { root }: MirrorSettings,
  state: State,
  { path }: WorkFolder,
): void {
  const source = clients.endpoint ?? 'AWS';
  const known = state.metadata.get('source');
  // An address that never listed a bucket was a mistake, and is not kept.
  if (known !== undefined && canonical(known) !== canonical(source) && state.buckets.all().length > 0) {
    throw new ToolError(
      'other_source',
      `this state file belongs to the buckets at ${known}, not at ${source}`,
      'use another MIRROR_ROOT and MIRROR_STATE_DB for these',
    );
  }
  const file = join(path, 'source');
  const here = noteIn(root, file);
  const isOther = here !== undefined && canonical(here) !== canonical(source);
  if (known === undefined && isOther && readdirSync(root).some((name) => !path.endsWith(name))) {
    throw new ToolError(
      'other_source',
      `the copies in ${root} are of the buckets at ${here}, not at ${source}`,
      `use another MIRROR_ROOT and MIRROR_STATE_DB for these; if it is the same server at a new address, write ${source} to ${file}`,
    );
  }
  if (here !== source) writeFileSync(file, `${source}\n`);
  state.metadata.set('source', source);
}

/** What an earlier run wrote to a file of its own in the root. */
function noteIn(root: string, file: string): string | undefined {
  return (regularFile(root, file) && readFileSync(file, 'utf8').trim()) || undefined;
}

/** The same for every spelling of it. */
function canonical(address: string): string {
  return URL.canParse(address) ? new URL(address).href.replace(/\/+$/, '') : address;
}

/**
 * Otherwise, with another profile's keys, every bucket would count as gone. Servers that give the same account different
 * names, such as its key, are recognized by their buckets.
 */
export function pinToAccount(listed: ListedBucket[], state: State): void {
  const account = listed.find((bucket) => bucket.account)?.account;
  if (account === undefined) return;
  const known = state.metadata.get('account');
  const isKnown = listed.some(({ name }) => state.buckets.byName(name) !== undefined);
  if (known !== undefined && known !== account && !isKnown) {
    throw new ToolError(
      'other_account',
      `this state file belongs to account ${known}, and none of its buckets is in account ${account}`,
      'check AWS_PROFILE and the keys, or use another MIRROR_ROOT and MIRROR_STATE_DB for these',
    );
  }
  state.metadata.set('account', account);
}
