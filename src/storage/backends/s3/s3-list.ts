import { ListObjectsV2Command, type _Object } from '@aws-sdk/client-s3';
import type { ObjectInfo } from '../../storage-backend.js';
import { isKey, type StorageKey } from '../../storage-key.js';
import type { S3Connection } from './s3-connection.js';
import { pages } from './s3-pages.js';
import { ARCHIVES, unquoted } from './s3-stat.js';

export async function* listObjects(
  s3: S3Connection,
  { prefix, after }: { prefix?: string; after?: string },
): AsyncGenerator<ObjectInfo, void> {
  const found = pages(
    s3,
    'list',
    (token: string | undefined, options) =>
      s3.client.send(
        new ListObjectsV2Command({
          Bucket: s3.bucket,
          Prefix: prefix,
          OptionalObjectAttributes: ['RestoreStatus'],
          ...(token ? { ContinuationToken: token } : after && { StartAfter: after }),
        }),
        options,
      ),
    (page) => page.NextContinuationToken,
  );
  for await (const { Contents = [] } of found) {
    for (const object of Contents) {
      if (object.Key !== undefined && isKey(object.Key)) yield infoOf(object.Key, object);
    }
  }
}

function infoOf(key: StorageKey, object: _Object): ObjectInfo {
  const restored = object.RestoreStatus?.RestoreExpiryDate !== undefined;
  return {
    key,
    size: object.Size ?? 0,
    modifiedAt: object.LastModified ?? new Date(0),
    archived: ARCHIVES.has(object.StorageClass) && !restored,
    ...(object.ETag && { etag: unquoted(object.ETag) }),
  };
}
