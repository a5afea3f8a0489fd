import { lstatSync } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import type { BucketRow } from '../../state/buckets.js';
import type { Mirror } from '../mirror.js';
import { objectOfPath } from '../names/escape.js';
import { isUnreadable } from '../unreadable.js';

/** What operating systems leave in folders; not reported unless it is an object. */
const CLUTTER =
  /^(\.DS_Store|\._.*|\.localized|\.Spotlight-V100|\.Trashes|\.fseventsd|Thumbs\.db|ehthumbs\.db|desktop\.ini)$/i;

/** Files looked up in the state at once. */
const TOGETHER = 500;

/** Files below a bucket's folder that belong to no object. Walks the disk; keeps the names of folders still to be walked. */
export async function* extraFiles(
  mirror: Pick<Mirror, 'state' | 'names' | 'signal' | 'progress'>,
  bucket: BucketRow,
  folder: string,
): AsyncGenerator<{ path: string; bytes: number }> {
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const open = [folder];
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    let files: string[] = [];
    const entries = await opendir(current).catch((error: unknown) => {
      if (!isUnreadable(error)) throw error;
      mirror.progress.message(
        `[WARNING] what lies in ${current} was not looked at: ${(error as Error).message}`,
      );
      return [];
    });
    for await (const entry of entries) {
      if (mirror.signal.aborted) return;
      if (entry.isDirectory()) open.push(join(current, entry.name));
      else files.push(join(current, entry.name));
      if (files.length < TOGETHER) continue;
      yield* extraOf(mirror, bucket, folder, files);
      files = [];
    }
    yield* extraOf(mirror, bucket, folder, files);
  }
}

async function* extraOf(
  mirror: Pick<Mirror, 'state' | 'names'>,
  bucket: BucketRow,
  folder: string,
  files: string[],
): AsyncGenerator<{ path: string; bytes: number }> {
  const paths = files.map((file) => relative(folder, file).split(sep).join('/'));
  const copies = copiesAmong(mirror, bucket, paths);
  for (const [i, path] of paths.entries()) {
    const file = files[i] as string;
    if (copies.has(path) || CLUTTER.test(basename(file))) continue;
    yield { path, bytes: (await lstat(file).catch(() => undefined))?.size ?? 0 };
  }
}

/** Those of the paths at which the state has an object's copy. */
function copiesAmong(
  { state, names }: Pick<Mirror, 'state' | 'names'>,
  bucket: BucketRow,
  paths: string[],
): Set<string> {
  // Without an escape, a path is its own key.
  const objects = paths.map((path) => (path.includes('^') ? objectOfPath(path) : { key: path }));
  const keys = objects.flatMap((object) => (object && object.version === undefined ? [object.key] : []));
  const rows = state.objects.placesOf(bucket.id, keys);
  for (const object of objects) {
    const row =
      object?.version === undefined ? undefined : state.objects.get(bucket.id, object.key, object.version);
    if (row) rows.push(row);
  }
  return new Set(rows.filter((row) => row.state !== 'marker').map((row) => names.pathOf(row)));
}
