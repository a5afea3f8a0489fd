import { DeleteObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { unlessMissing } from '../../storage.errors.js';
import type { StorageKey } from '../../storage-key.js';
import type { S3Connection } from './s3-connection.js';
import { pages } from './s3-pages.js';

/** Removes the object as seen now; in a versioned bucket its older versions stay, under a delete marker. */
export function deleteCurrent(s3: S3Connection, key: StorageKey): Promise<void> {
  return deleteVersion(s3, key, undefined);
}

/** Removes exactly this version, which leaves no marker. */
export async function deleteVersion(
  s3: S3Connection,
  key: StorageKey,
  VersionId: string | undefined,
): Promise<void> {
  await unlessMissing(
    s3.call('delete', { key }, (options) =>
      s3.client.send(new DeleteObjectCommand({ Bucket: s3.bucket, Key: key, VersionId }), options),
    ),
  );
}

/** Removes every version and delete marker of the key. */
export async function deleteAllVersions(s3: S3Connection, key: StorageKey): Promise<void> {
  const found = pages(
    s3,
    'delete',
    (markers: { KeyMarker?: string; VersionIdMarker?: string } | undefined, options) =>
      s3.client.send(new ListObjectVersionsCommand({ Bucket: s3.bucket, Prefix: key, ...markers }), options),
    (page) =>
      page.NextKeyMarker === undefined
        ? undefined
        : { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker },
  );
  // All of them first: a server may skip others if it has to continue from a version that is gone.
  const versions: (string | undefined)[] = [];
  for await (const { Versions = [], DeleteMarkers = [] } of found) {
    for (const { Key, VersionId } of [...Versions, ...DeleteMarkers])
      if (Key === key) versions.push(VersionId);
  }
  for (const version of versions) await deleteVersion(s3, key, version);
}
