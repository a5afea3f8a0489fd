import { HeadObjectCommand, RestoreObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { errorCode, isAwsError } from '../../error-code.js';
import { concurrently } from '../../concurrently.js';
import type { BucketRow } from '../../state/buckets.js';
import type { ObjectRow } from '../../state/object-row.js';
import { asError } from '../copy/failures.js';
import { versionToAsk } from '../copy/fetch.js';
import { recordGone } from '../copy/record.js';
import type { Mirror } from '../mirror.js';
import type { RestoreTier } from '../settings.js';
import { stopsTheRun } from '../stops-the-run.js';
import { tierFor } from './tiers.js';

const AT_ONCE = 16;

/**
 * Requests the restore of archived objects, up to as many as may be running. Each one copied makes room for another, so
 * none is restored long before its turn.
 * @returns true if some were requested in another tier than the operator wants
 * @throws if the server can't be reached: the rest stays archived
 */
export async function requestRestores(mirror: Mirror, bucket: BucketRow): Promise<boolean> {
  const { state, settings, clients, signal, progress } = mirror;
  let room = settings.maxRestores - state.tallies.count(['restoring']).files;
  if (room <= 0 || state.tallies.count(['archived'], bucket.id).files === 0) return false;
  const client = await clients.s3For(bucket.name);
  let otherTier = false;
  let failure: Error | undefined;
  for (const page of state.objects.walk(bucket.id, ['archived'], 200)) {
    const rows = page.slice(0, room);
    room -= rows.length;
    await concurrently(rows, AT_ONCE, signal, async (row) => {
      if (failure) return;
      try {
        const tier = await requestOne(mirror, client, bucket, row);
        otherTier ||= tier !== settings.restoreTier;
        progress.add(1, row.size);
      } catch (error) {
        failure ??= asError(error);
      }
    });
    if (failure) throw failure;
    if (room <= 0 || signal.aborted) break;
  }
  return otherTier;
}

/**
 * | S3 answers | then |
 * |---|---|
 * | 202, or 409 RestoreAlreadyInProgress | it is under way |
 * | 200: restored already | it is under way; the next look finds it ready |
 * | InvalidObjectState, or ObjectAlreadyInActiveTier | it is not archived: copy it |
 * | NoSuchKey, NoSuchVersion | gone since the listing |
 * | any other 4xx of this object | the object failed |
 * | 5xx, nothing, or what holds for every object | thrown |
 *
 * @returns the tier it was asked for in
 */
async function requestOne(
  { state, settings }: Mirror,
  client: S3Client,
  bucket: BucketRow,
  row: ObjectRow,
): Promise<RestoreTier> {
  const wanted = settings.restoreTier;
  const target = {
    Bucket: bucket.name,
    Key: row.key,
    VersionId: versionToAsk(row),
  };
  const tiering = row.storageClass === 'INTELLIGENT_TIERING';
  // Intelligent-Tiering moves the object itself back: there is no copy that would live for days.
  const days = tiering ? {} : { Days: settings.restoreDays };
  let tier = wanted;
  try {
    const deep =
      row.storageClass === 'DEEP_ARCHIVE' ||
      (tiering && wanted === 'Expedited' && (await isDeep(client, target)));
    tier = tierFor(deep, wanted);
    await client.send(
      new RestoreObjectCommand({
        ...target,
        RestoreRequest: { ...days, GlacierJobParameters: { Tier: tier } },
      }),
    );
  } catch (error) {
    if (isAwsError(error, 'InvalidObjectState', 'ObjectAlreadyInActiveTierError')) {
      state.objects.update(row, { state: 'pending', error: null });
      return wanted;
    }
    if (isAwsError(error, 'NoSuchKey', 'NoSuchVersion', 'NotFound')) {
      recordGone(state, row);
      return wanted;
    }
    if (!isAwsError(error, 'RestoreAlreadyInProgress')) {
      if (!isRefusal(error)) throw error;
      const failure = `restore refused: ${errorCode(error)}: ${(error as Error).message}`;
      state.objects.update(row, { state: 'failed', error: failure });
      return wanted;
    }
  }
  state.objects.update(row, {
    state: 'restoring',
    restore_tier: tier,
    restore_requested_at: Date.now(),
    error: null,
  });
  return tier;
}

/** The listing does not tell in which of its tiers Intelligent-Tiering keeps an object. */
async function isDeep(
  client: S3Client,
  target: { Bucket: string; Key: string; VersionId: string | undefined },
): Promise<boolean> {
  const { ArchiveStatus } = await client.send(new HeadObjectCommand(target));
  return ArchiveStatus === 'DEEP_ARCHIVE_ACCESS';
}

function isRefusal(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500 && status !== 429 && !stopsTheRun(errorCode(error));
}
