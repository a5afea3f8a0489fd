import { existsSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { BucketRow } from '../../state/buckets.js';
import type { ObjectRow } from '../../state/object-row.js';
import type { Mirror } from '../mirror.js';
import { changeTime } from '../change-time.js';
import { objectOfPath } from '../names/escape.js';
import { regularFile } from '../inside-root.js';
import { makeDurable } from './durable.js';
import { Folders } from './folders.js';

const BATCH = 500;

/**
 * Moves copies that must give up their name: a version that is no longer current makes room for the one that is. The
 * state learns of a move after it happened; a crash in between leaves the copy at its new place, where the next run
 * finds it.
 */
export async function relocate(mirror: Mirror, bucket: BucketRow, folder: string): Promise<void> {
  for (;;) {
    const rows = mirror.state.objects.moving(bucket.id, BATCH);
    // Those that make room come first, and must be recorded before others take their places.
    const first = rows.filter((row) => row.latest === rows[0]?.latest);
    if (first.length === 0) return;
    const changed = new Set<string>();
    const moves = first.map((row) => ({ row, moved: move(mirror, folder, row, changed) }));
    await makeDurable(
      [...changed].filter((path) => existsSync(path)),
      mirror.settings.root,
    );
    mirror.state.transaction(() => {
      for (const { row, moved } of moves) recordMove(mirror, row, moved);
    });
  }
}

function recordMove({ state, names }: Mirror, row: ObjectRow, { path, fileChanged }: Moved): void {
  state.objects.update(row, {
    moving_from: null,
    path: names.column(row, path),
    file_changed: fileChanged,
  });
}

interface Moved {
  /** Below the bucket's folder: where the copy is now, or will be looked for. */
  path: string;
  /** A name of its own is a change; one that was there before must not be hidden by it. */
  fileChanged: number | null;
}

function move(mirror: Mirror, folder: string, row: ObjectRow, changed: Set<string>): Moved {
  const from = join(folder, row.movingFrom as string);
  const path = mirror.names.choose(row);
  const to = join(folder, path);
  const { root } = mirror.settings;
  const found = from === to ? undefined : regularFile(root, from);
  if (!found) return { path, fileChanged: row.fileChanged };
  regularFile(root, to); // throws where it is a link: none is replaced
  for (const folder of new Folders(root).make(dirname(to))) changed.add(folder);
  renameSync(from, to);
  changed.add(dirname(from)).add(dirname(to));
  const untouched = changeTime(found) === row.fileChanged;
  return { path, fileChanged: untouched ? changeTime(lstatSync(to)) : null };
}

/**
 * Moves the copy of an object aside whose name is needed for a folder, now that other keys begin with its key and a slash.
 * @param given names of copies that the state does not have yet
 * @returns false where that file is no object's copy
 */
export function makeRoom(
  mirror: Mirror,
  bucket: BucketRow,
  folder: string,
  file: string,
  given: ReadonlySet<string>,
): boolean {
  const path = relative(folder, file).split(sep).join('/');
  const object = objectOfPath(path);
  if (!object) return false;
  const { state, names } = mirror;
  const versions = state.objects.versionsOf(bucket.id, object.key).filter((row) => row.state !== 'marker');
  const owner = versions.find((version) => names.pathOf(version) === path);
  const row = owner ?? versions.find((version) => version.latest && names.column(version, path) === null);
  if (!row?.latest) return false;
  if (!owner || given.has(join(folder, names.choose(row)))) {
    // The object was replaced in the bucket, and its new copy is aside already: this one's time is over.
    rmSync(file);
    return true;
  }
  state.objects.update(row, { moving_from: path, path: null });
  // Other keys are below its own now, so it finds itself another name.
  const aside = move(mirror, folder, { ...row, movingFrom: path, path: null }, new Set());
  recordMove(mirror, row, aside);
  return true;
}
