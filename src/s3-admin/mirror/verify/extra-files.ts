import { lstatSync } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { BucketRow } from '../../state/buckets.js';
import type { Mirror } from '../mirror.js';
import { objectOfPath } from '../names/escape.js';

/** What operating systems leave in folders; not reported unless it is an object. */
const CLUTTER =
  /^(\.DS_Store|\._.*|\.localized|\.Spotlight-V100|\.Trashes|\.fseventsd|Thumbs\.db|ehthumbs\.db|desktop\.ini)$/i;

/** Files below a bucket's folder that no object accounts for. Walks the disk; holds one folder per level in memory. */
export async function* extraFiles(
  mirror: Pick<Mirror, 'state' | 'names' | 'signal'>,
  bucket: BucketRow,
  folder: string,
): AsyncGenerator<{ path: string; bytes: number }> {
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const open = [folder];
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    for await (const entry of await opendir(current)) {
      if (mirror.signal.aborted) return;
      const file = join(current, entry.name);
      if (entry.isDirectory()) {
        open.push(file);
        continue;
      }
      const path = relative(folder, file).split(sep).join('/');
      if (isCopy(mirror, bucket, path) || CLUTTER.test(entry.name)) continue;
      yield { path, bytes: (await lstat(file).catch(() => undefined))?.size ?? 0 };
    }
  }
}

/** True where the state says that an object's copy lies here. */
function isCopy({ state, names }: Pick<Mirror, 'state' | 'names'>, bucket: BucketRow, path: string): boolean {
  const object = objectOfPath(path);
  if (!object) return false;
  const rows =
    object.version === undefined
      ? state.objects.versionsOf(bucket.id, object.key)
      : [state.objects.get(bucket.id, object.key, object.version)];
  return rows.some((row) => row !== undefined && row.state !== 'marker' && names.pathOf(row) === path);
}
