import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { StorageError } from '../../storage.errors.js';
import type { S3Connection } from './s3-connection.js';

/** S3 refuses requests signed 15 minutes early or late; a clock this far off will get there. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/**
 * Lists one key: proves endpoint, region, bucket, credentials and the permission to list, and unlike HEAD says which of
 * them is wrong. The SDK corrects the signing time by the server's clock, so calls succeed even if ours is off; other
 * things that depend on the clock do not, hence the error.
 */
export async function probeBucket(s3: S3Connection): Promise<void> {
  await s3.call('probe', {}, (options) =>
    s3.client.send(new ListObjectsV2Command({ Bucket: s3.bucket, MaxKeys: 1 }), options),
  );
  const offsetMs = s3.client.config.systemClockOffset;
  if (Math.abs(offsetMs) <= CLOCK_TOLERANCE_MS) return;
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  throw new StorageError(
    'clock_skew',
    `this machine's clock is ${minutes} minutes ${offsetMs > 0 ? 'behind' : 'ahead of'} the server's: set it by NTP`,
    s3.context('probe'),
  );
}
