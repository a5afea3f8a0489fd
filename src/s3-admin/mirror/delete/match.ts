import type { Stats } from 'node:fs';
import { join } from 'node:path';
import type { BucketRow } from '../../state/buckets.js';
import { compareKeys } from '../../state/key-order.js';
import type { ListedObject, ObjectRow } from '../../state/object-row.js';
import { changeTime } from '../change-time.js';
import type { Mirror } from '../mirror.js';
import { regularFile, SymbolicLink } from '../inside-root.js';

/** Why an object version must not be deleted. */
export interface Obstacle {
  key: string;
  version: string;
  reason: string;
  /** It is about the copy's file, not about the bucket. */
  onDisk: boolean;
}

/**
 * Compares a page of a bucket's listing with the state and the disk, version by version. Only what this returns as
 * `deletable` may ever be deleted.
 *
 * | the listing has | the state has | then |
 * |---|---|---|
 * | a delete marker | it | may go: it holds nothing |
 * | a version | it, verified, same ETag, size and time, its copy still there at that size | may go |
 * | a version | it, changed since | obstacle |
 * | a version | it, not verified | obstacle |
 * | a version | it, but its copy is missing, behind a link, of another size, or touched since it was verified | obstacle |
 * | anything | nothing: written since the listing that was verified | obstacle |
 */
export function matchPage(
  { state, names, settings }: Mirror,
  bucket: BucketRow,
  listed: ListedObject[],
): { deletable: { object: ListedObject; row: ObjectRow }[]; obstacles: Obstacle[] } {
  const deletable: { object: ListedObject; row: ObjectRow }[] = [];
  const obstacles: Obstacle[] = [];
  const folder = join(settings.root, names.folderOf(bucket.name));
  for (const object of listed) {
    const row = state.objects.get(bucket.id, object.key, object.version);
    const { key, version } = object;
    const inBucket = row ? obstacleInBucket(row, object) : 'written since the verified listing';
    if (!row || inBucket !== undefined) {
      obstacles.push({ key, version, reason: inBucket ?? '', onDisk: false });
      continue;
    }
    const onDisk = object.marker
      ? undefined
      : obstacleOnDisk(row, settings.root, join(folder, names.pathOf(row)));
    if (onDisk === undefined) deletable.push({ object, row });
    else obstacles.push({ key, version, reason: onDisk, onDisk: true });
  }
  return { deletable, obstacles: obstacles.sort((a, b) => compareKeys(a.key, b.key)) };
}

function obstacleInBucket(row: ObjectRow, object: ListedObject): string | undefined {
  if (object.marker)
    return row.state === 'marker' ? undefined : 'became a delete marker since the verified listing';
  if (row.etag !== object.etag || row.size !== object.size || row.modified !== object.modified) {
    return 'changed since the verified listing';
  }
  if (row.state !== 'verified')
    return `its copy is not verified (${row.state}${row.error ? `: ${row.error}` : ''})`;
  return undefined;
}

function obstacleOnDisk(row: ObjectRow, root: string, file: string): string | undefined {
  let found: Stats | undefined;
  try {
    found = regularFile(root, file);
  } catch (error) {
    if (error instanceof SymbolicLink) return error.message;
    throw error;
  }
  if (!found) return `its copy ${file} is missing`;
  if (found.size !== row.size) return `its copy ${file} has ${found.size} bytes, not ${row.size}`;
  if (changeTime(found) !== row.fileChanged) return `its copy ${file} may have changed since it was verified`;
  return undefined;
}
