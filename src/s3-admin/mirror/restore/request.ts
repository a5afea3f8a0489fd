import { RestoreObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { errorCode, isAwsError } from '../../aws-error.js';
import type { BucketRow } from '../../state/buckets.js';
import type { ObjectRow } from '../../state/object-row.js';
import type { Mirror } from '../mirror.js';
import { tierFor } from './tiers.js';

const AT_ONCE = 16;

/**
 * Asks for the restore of archived objects, up to as many as may be under way. Each one copied makes room for another, so
 * none is restored long before its turn.
 */
export async function requestRestores(mirror: Mirror, bucket: BucketRow): Promise<void> {
  const { state, settings, clients, signal, progress } = mirror;
  let room = settings.maxRestores - state.tallies.count(['restoring']).files;
  if (room <= 0 || state.tallies.count(['archived'], bucket.id).files === 0) return;
  const client = await clients.s3For(bucket.name);
  for (const page of state.objects.walk(bucket.id, ['archived'], 200)) {
    const rows = page.slice(0, room);
    room -= rows.length;
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let row = rows.shift(); row && !signal.aborted; row = rows.shift()) {
          await requestOne(mirror, client, bucket, row);
          progress.add(1, row.size);
        }
      }),
    );
    if (room <= 0 || signal.aborted) return;
  }
}

/**
 * | S3 answers | then |
 * |---|---|
 * | 202, or 409 RestoreAlreadyInProgress | it is under way |
 * | 200: restored already | it is under way; the next look finds it ready |
 * | InvalidObjectState, or ObjectAlreadyInActiveTier | it is not archived: copy it |
 * | anything else | the object failed |
 */
async function requestOne(
  { state, settings }: Mirror,
  client: S3Client,
  bucket: BucketRow,
  row: ObjectRow,
): Promise<void> {
  const tier = tierFor(row.storageClass, settings.restoreTier);
  // Intelligent-Tiering moves the object itself back: there is no copy that would live for days.
  const days = row.storageClass === 'INTELLIGENT_TIERING' ? {} : { Days: settings.restoreDays };
  try {
    await client.send(
      new RestoreObjectCommand({
        Bucket: bucket.name,
        Key: row.key,
        VersionId: row.version === 'null' && row.latest ? undefined : row.version,
        RestoreRequest: { ...days, GlacierJobParameters: { Tier: tier } },
      }),
    );
  } catch (error) {
    if (isAwsError(error, 'InvalidObjectState', 'ObjectAlreadyInActiveTierError')) {
      state.objects.update(row, { state: 'pending', error: null });
      return;
    }
    if (!isAwsError(error, 'RestoreAlreadyInProgress')) {
      const failure = `restore refused: ${errorCode(error)}: ${(error as Error).message}`;
      state.objects.update(row, { state: 'failed', error: failure });
      return;
    }
  }
  state.objects.update(row, {
    state: 'restoring',
    restore_tier: tier,
    restore_requested_at: Date.now(),
    error: null,
  });
}
