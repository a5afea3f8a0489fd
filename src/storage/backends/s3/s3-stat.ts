import type { ObjectInfo } from '../../storage-backend.js';
import { StorageError } from '../../storage.errors.js';
import type { StorageKey } from '../../storage-key.js';
import type { ObjectRequest } from './object-client.js';
import type { AnswerHeaders } from './refusal.js';
import type { S3Connection } from './s3-connection.js';
import { isUnexplained } from './s3-errors.js';

export interface S3ObjectInfo extends ObjectInfo {
  storageClass: string;
  /** Under {@link archived}: in one of the deep archives, which have no fast restore. */
  deep: boolean;
  /** A restore from the archive is under way. */
  restoring: boolean;
}

/** Storage classes whose objects must be restored before they can be read. */
export const ARCHIVES: ReadonlySet<string | undefined> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** @throws StorageError `not_found` or any outage code, also if HEAD alone could not say which */
export async function statObject(s3: S3Connection, key: StorageKey): Promise<S3ObjectInfo> {
  try {
    return infoOf(
      key,
      await s3.call('stat', { key }, (options) => s3.objects.send(headRequest(key), options)),
    );
  } catch (error) {
    if (error instanceof StorageError && isUnexplained(error.cause)) await explain(s3, key);
    throw error;
  }
}

export function headRequest(key: StorageKey): ObjectRequest {
  return { method: 'HEAD', key, headers: { 'x-amz-checksum-mode': 'ENABLED' } };
}

/** Requests one byte, because a refused GET, unlike HEAD, says why. */
async function explain(s3: S3Connection, key: StorageKey): Promise<void> {
  const firstByte: ObjectRequest = { method: 'GET', key, headers: { range: 'bytes=0-0' } };
  await s3.call('stat', { key }, (options) => s3.objects.send(firstByte, options));
}

function infoOf(key: StorageKey, head: AnswerHeaders): S3ObjectInfo {
  const storageClass = head['x-amz-storage-class'] ?? 'STANDARD';
  const restore = head['x-amz-restore'] ?? '';
  const archiveStatus = head['x-amz-archive-status'];
  const archived = ARCHIVES.has(storageClass) || archiveStatus !== undefined;
  const sha256 = wholeSha256(head);
  return {
    ...shownOf(head),
    key,
    size: Number(head['content-length'] ?? 0),
    storageClass,
    deep: storageClass === 'DEEP_ARCHIVE' || archiveStatus === 'DEEP_ARCHIVE_ACCESS',
    archived: archived && !restore.includes('ongoing-request="false"'),
    restoring: restore.includes('ongoing-request="true"'),
    ...(sha256 && { sha256 }),
  };
}

/** What every answer about an object says. */
export function shownOf({
  etag,
  'last-modified': modified,
  'x-amz-version-id': versionId,
}: AnswerHeaders): Pick<ObjectInfo, 'modifiedAt' | 'etag' | 'versionId'> {
  return {
    modifiedAt: new Date(modified ?? 0),
    ...(etag && { etag: unquoted(etag) }),
    ...(versionId && versionId !== 'null' && { versionId }),
  };
}

/** Hex; undefined for an upload in parts, whose checksum is one of checksums and whose ETag ends in `-<parts>`. */
function wholeSha256({ 'x-amz-checksum-sha256': checksum, etag }: AnswerHeaders): string | undefined {
  const ofParts = checksum?.includes('-') || etag?.includes('-');
  return checksum && !ofParts ? Buffer.from(checksum, 'base64').toString('hex') : undefined;
}

export function unquoted(etag: string): string {
  return etag.replace(/^"|"$/g, '');
}
