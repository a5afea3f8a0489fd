import { AbortMultipartUploadCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { isStorageError } from '../../storage.errors.js';
import { isKey, type StorageKey } from '../../storage-key.js';
import type { S3Connection } from './s3-connection.js';
import { pages } from './s3-pages.js';

/**
 * Aborts our own uploads in parts that began before `olderThan`; S3 keeps, and charges for, their parts until then.
 * @returns how many
 */
export async function sweepUploads(s3: S3Connection, olderThan: Date): Promise<number> {
  const found = pages(
    s3,
    'sweep',
    (markers: { KeyMarker?: string; UploadIdMarker?: string } | undefined, options) =>
      s3.client.send(new ListMultipartUploadsCommand({ Bucket: s3.bucket, ...markers }), options),
    (page) =>
      page.NextKeyMarker === undefined
        ? undefined
        : { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker },
  );
  let aborted = 0;
  for await (const { Uploads = [] } of found) {
    for (const { Key, UploadId, Initiated } of Uploads) {
      if (Key === undefined || !isKey(Key) || !Initiated || Initiated >= olderThan) continue;
      if (await abortUpload(s3, Key, UploadId)) aborted += 1;
    }
  }
  return aborted;
}

/** @returns false where the upload is gone already */
export async function abortUpload(
  s3: S3Connection,
  key: StorageKey,
  UploadId: string | undefined,
): Promise<boolean> {
  try {
    await s3.call('put', { key }, (options) =>
      s3.client.send(new AbortMultipartUploadCommand({ Bucket: s3.bucket, Key: key, UploadId }), options),
    );
    return true;
  } catch (error) {
    if (isStorageError(error) && error.context.status === 404) return false;
    throw error;
  }
}
