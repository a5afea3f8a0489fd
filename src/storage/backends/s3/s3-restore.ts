import { RestoreObjectCommand, type Tier } from '@aws-sdk/client-s3';
import type { RestoreState } from '../../archive.js';
import { isStorageError } from '../../storage.errors.js';
import type { StorageKey } from '../../storage-key.js';
import type { S3Connection } from './s3-connection.js';
import { type S3ObjectInfo, statObject } from './s3-stat.js';

/**
 * Asks for a temporary readable copy of an archived object, unless there is one or one is on its way.
 *
 * Neither Deep Archive nor the deep tier of Intelligent-Tiering has an Expedited tier, so Standard is requested there.
 * An object that Intelligent-Tiering archived comes back for good, so no number of days is sent.
 */
export async function restoreObject(s3: S3Connection, key: StorageKey): Promise<RestoreState> {
  const info = await statObject(s3, key);
  if (!info.archived) return 'readable';
  if (info.restoring) return 'running';
  try {
    await s3.call('restore', { key }, (options) =>
      s3.client.send(
        new RestoreObjectCommand({ Bucket: s3.bucket, Key: key, RestoreRequest: requestFor(s3, info) }),
        options,
      ),
    );
    return 'requested';
  } catch (error) {
    // RestoreAlreadyInProgress: someone requested it between our check and our request.
    if (isStorageError(error) && error.context.status === 409) return 'running';
    throw error;
  }
}

function requestFor(s3: S3Connection, { storageClass, deep }: S3ObjectInfo) {
  const { tier, days } = s3.config.restore;
  const Tier: Tier = deep && tier === 'Expedited' ? 'Standard' : tier;
  const GlacierJobParameters = { Tier };
  return storageClass === 'INTELLIGENT_TIERING'
    ? { GlacierJobParameters }
    : { Days: days, GlacierJobParameters };
}
