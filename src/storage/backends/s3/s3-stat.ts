import { GetObjectCommand, HeadObjectCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { ObjectInfo } from '../../storage-backend.js';
import { StorageError } from '../../storage.errors.js';
import type { StorageKey } from '../../storage-key.js';
import type { S3Connection } from './s3-connection.js';
import { isUnexplained } from './s3-errors.js';

export interface S3ObjectInfo extends ObjectInfo {
  storageClass: string;
  /** A restore from the archive is under way. */
  restoring: boolean;
}

const ARCHIVES = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** @throws StorageError `not_found` or any outage code, also where HEAD alone could not say which */
export async function statObject(s3: S3Connection, key: StorageKey): Promise<S3ObjectInfo> {
  try {
    const head = await s3.call('stat', { key }, (options) =>
      s3.client.send(
        new HeadObjectCommand({ Bucket: s3.bucket, Key: key, ChecksumMode: 'ENABLED' }),
        options,
      ),
    );
    return infoOf(key, head);
  } catch (error) {
    if (error instanceof StorageError && isUnexplained(error.cause)) await explain(s3, key);
    throw error;
  }
}

/** Asks for one byte, because unlike HEAD a refused GET says why. */
async function explain(s3: S3Connection, key: StorageKey): Promise<void> {
  await s3.call('stat', { key }, async (options) => {
    const get = new GetObjectCommand({ Bucket: s3.bucket, Key: key, Range: 'bytes=0-0' });
    const { Body } = await s3.client.send(get, options);
    (Body as { destroy?: () => void } | undefined)?.destroy?.();
  });
}

function infoOf(key: StorageKey, head: HeadObjectCommandOutput): S3ObjectInfo {
  const storageClass = head.StorageClass ?? 'STANDARD';
  const restored = head.Restore?.includes('ongoing-request="false"') ?? false;
  const sha256 = wholeSha256(head);
  return {
    key,
    size: head.ContentLength ?? 0,
    modifiedAt: head.LastModified ?? new Date(0),
    storageClass,
    archived: (ARCHIVES.has(storageClass) || head.ArchiveStatus !== undefined) && !restored,
    restoring: head.Restore?.includes('ongoing-request="true"') ?? false,
    ...(head.ETag && { etag: unquoted(head.ETag) }),
    ...(head.VersionId && head.VersionId !== 'null' && { versionId: head.VersionId }),
    ...(sha256 && { sha256 }),
  };
}

/** Hex; undefined for an upload in parts, whose checksum is one of checksums and whose ETag ends in `-<parts>`. */
function wholeSha256({ ChecksumSHA256, ETag }: HeadObjectCommandOutput): string | undefined {
  const ofParts = ChecksumSHA256?.includes('-') || ETag?.includes('-');
  return ChecksumSHA256 && !ofParts ? Buffer.from(ChecksumSHA256, 'base64').toString('hex') : undefined;
}

export function unquoted(etag: string): string {
  return etag.replace(/^"|"$/g, '');
}
