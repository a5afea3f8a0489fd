import type { Stats } from 'node:fs';
import type { ObjectInfo } from '../../storage-backend.js';
import type { StorageKey } from '../../storage-key.js';

/** The ETag changes whenever the file is replaced, as files are never written in place. */
export function infoOf(key: StorageKey, stats: Stats): ObjectInfo {
  const etag = `${stats.ino.toString(36)}-${stats.size.toString(36)}-${Math.trunc(stats.mtimeMs).toString(36)}`;
  return { key, size: stats.size, modifiedAt: stats.mtime, etag };
}
