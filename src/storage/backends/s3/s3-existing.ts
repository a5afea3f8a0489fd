import { sha256Of } from '../../content.js';
import { putResult } from '../../put-result.js';
import type { Content, PutResult } from '../../storage-backend.js';
import { isStorageError, StorageError, unlessMissing } from '../../storage.errors.js';
import type { StorageKey } from '../../storage-key.js';
import type { S3Connection } from './s3-connection.js';
import { getObject } from './s3-get.js';
import { statObject } from './s3-stat.js';

/** The write was refused because of an object that has the key already, or is being written. */
export function isTaken(error: unknown): boolean {
  return isStorageError(error) && (error.context.status === 412 || error.context.status === 409);
}

/**
 * Judges the object under a key that could not be written. Usually it is from our own first try, whose answer was lost.
 *
 * | under the key | is |
 * |---|---|
 * | nothing | undefined: write again |
 * | the promised bytes, by the store's own SHA-256 or by reading them | done |
 * | other bytes | `conflict` |
 */
export async function findExisting(
  s3: S3Connection,
  key: StorageKey,
  content: Content,
): Promise<PutResult | undefined> {
  const info = await unlessMissing(statObject(s3, key));
  if (!info) return undefined;
  const same =
    info.size === content.size && (info.sha256 ?? (await readSha256(s3, key, info))) === content.sha256;
  if (!same) throw new StorageError('conflict', 'another file already has this key', s3.context('put', key));
  return putResult(false, info);
}

export async function readSha256(
  s3: S3Connection,
  key: StorageKey,
  info: { etag?: string },
): Promise<string> {
  const { body } = await getObject(s3, key, info.etag === undefined ? {} : { ifMatch: info.etag });
  return sha256Of(body);
}
