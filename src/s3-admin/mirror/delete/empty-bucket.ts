import { DeleteBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { describeInOneLine } from '../../describe-error.js';
import { isAwsError } from '../../error-code.js';
import type { BucketRow } from '../../state/buckets.js';
import type { Mirror } from '../mirror.js';
import type { ListingPosition } from '../scan/check-listing.js';
import { type ListingPage, listPage } from '../scan/listing.js';
import { deleteVersions } from './delete-versions.js';
import type { Deletion } from './deletion.js';
import { matchPage } from './match.js';
import type { Survey } from './survey.js';
import { abortUploads } from './uploads.js';

/**
 * Deletes from a bucket exactly the versions that are verified. The bucket is listed once more while deleting: each page
 * is matched with the state and the disk again, and its objects go before the next page is asked for. The first one that
 * does not match stops everything.
 *
 * A bucket without versioning has nothing but the key to name an object by. There S3 is sent the ETag, and keeps an
 * object that was overwritten between listing and deletion; other servers may ignore that.
 */
export async function emptyBucket(
  mirror: Mirror,
  bucket: BucketRow,
  client: S3Client,
  confirmed: Survey,
  keepBucket: boolean,
): Promise<Deletion> {
  const result: Deletion = {
    ...{
      bucket: bucket.name,
      deleted: 0,
      markers: 0,
      uploadsAborted: 0,
      bucketDeleted: false,
      failures: [],
      stopped: undefined,
    },
  };
  try {
    await emptyByPages(mirror, bucket, client, confirmed, keepBucket, result);
  } catch (error) {
    // What was deleted until then is gone, and the operator must know.
    result.stopped = describeInOneLine(error);
  }
  return result;
}

async function emptyByPages(
  mirror: Mirror,
  bucket: BucketRow,
  client: S3Client,
  confirmed: Survey,
  keepBucket: boolean,
  result: Deletion,
): Promise<void> {
  const versioned = bucket.versioning !== '';
  const stop = (reason: string): void => void (result.stopped = reason);
  let position: ListingPosition | undefined = { key: null };
  while (position) {
    if (mirror.signal.aborted) return stop('interrupted');
    const page: ListingPage = await listPage(client, bucket.name, versioned, position, mirror.signal);
    const { deletable, obstacles } = matchPage(mirror, bucket, page.objects);
    const [first] = obstacles;
    if (first) return stop(`${JSON.stringify(first.key)}: ${first.reason}`);
    await deleteVersions(mirror, bucket, client, deletable, result);
    position = result.failures.length > 0 ? page.next : afterDeleted(page, position);
  }
  if (result.failures.length > 0) return stop('some objects could not be deleted');
  await abortUploads(client, bucket, confirmed.uploads, result);
  if (result.stopped === undefined && !keepBucket) await deleteBucket(client, bucket, result);
  if (result.stopped === undefined) {
    const now = Date.now();
    // A deletion that was killed took some that it could not record any more.
    mirror.state.objects.recordDeleted(bucket.id);
    mirror.state.buckets.update(bucket.id, { deletedAt: now, ...(result.bucketDeleted && { goneAt: now }) });
  }
}

/**
 * A page that ends inside a key names its last version to go on from. That is gone by now, and Ceph passes over others then:
 * what is left of the key is listed from its beginning.
 */
function afterDeleted({ objects, next }: ListingPage, from: ListingPosition): ListingPosition | undefined {
  if (next?.version === undefined) return next;
  return { key: objects.findLast(({ key }) => key !== next.key)?.key ?? from.key };
}

async function deleteBucket(client: S3Client, bucket: BucketRow, result: Deletion): Promise<void> {
  try {
    await client.send(new DeleteBucketCommand({ Bucket: bucket.name }));
    result.bucketDeleted = true;
  } catch (error) {
    result.stopped = isAwsError(error, 'BucketNotEmpty')
      ? 'something was written to it meanwhile, so the bucket is kept'
      : describeInOneLine(error);
  }
}
