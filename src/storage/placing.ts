import type { StorageMode } from '../config/config.js';
import { DualWriteBackend } from './decorators/dual-write-backend.js';
import type { Content, ObjectMeta, PutResult, StorageBackend } from './storage-backend.js';
import { StorageError } from './storage.errors.js';
import type { StorageKey } from './storage-key.js';
import type { StorageObserver } from './storage-observer.js';
import type { Placement } from './stored-file.js';

export type Place = (key: StorageKey, content: Content, meta: ObjectMeta) => Promise<Placement>;

const NOWHERE: Placement = {
  storedLocallyAt: null,
  migratedToS3At: null,
  s3Etag: null,
  s3VersionId: null,
  s3OwedSince: null,
};

/**
 * Where new files go.
 *
 * | mode | writes to | where that fails |
 * |---|---|---|
 * | false | local | the file is not placed |
 * | dual | local, then S3 | local: not placed; S3: placed, and its S3 copy is owed |
 * | true | S3 | the file is not placed |
 */
export function placer(
  mode: StorageMode,
  local: StorageBackend,
  s3: StorageBackend | undefined,
  observer: StorageObserver,
): Place {
  if (mode === 'false') {
    return async (key, content, meta) => {
      await local.put(key, content, meta);
      return { ...NOWHERE, storedLocallyAt: new Date() };
    };
  }
  if (!s3) {
    throw new StorageError('misconfigured', `USE_S3_FOR_CERTS=${mode} needs AWS_STORAGE_BUCKET_NAME`, {
      operation: 'start',
    });
  }
  if (mode === 'true') {
    return async (key, content, meta) => ({ ...NOWHERE, ...inS3(await s3.put(key, content, meta)) });
  }
  const both = new DualWriteBackend(local, s3);
  return async (key, content, meta) => {
    const { second } = await both.put(key, content, meta);
    const placed = { ...NOWHERE, storedLocallyAt: new Date() };
    if (!(second instanceof StorageError)) return { ...placed, ...inS3(second) };
    observer.owed(key, second);
    return { ...placed, s3OwedSince: placed.storedLocallyAt };
  };
}

/** The columns that say that this file is in S3. */
export function inS3(result: PutResult): Omit<Placement, 'storedLocallyAt'> {
  return {
    migratedToS3At: new Date(),
    s3Etag: result.etag ?? null,
    s3VersionId: result.versionId ?? null,
    s3OwedSince: null,
  };
}
