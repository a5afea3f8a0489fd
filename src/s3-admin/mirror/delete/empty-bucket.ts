import {
  AbortMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { describeError, isAwsError } from '../../aws-error.js';
import type { BucketRow } from '../../state/buckets.js';
import type { ListedObject, ObjectRow } from '../../state/object-row.js';
import type { Mirror } from '../mirror.js';
import { type ListingPosition, listPage } from '../scan/listing.js';
import { matchPage } from './match.js';
import { type Survey, uploadsOf } from './survey.js';

export interface Deletion {
  bucket: string;
  deleted: number;
  markers: number;
  uploadsAborted: number;
  bucketDeleted: boolean;
  /** Per object: S3 refused. */
  failures: { key: string; version: string; error: string }[];
  /** Why the deletion ended early; what was deleted before stays deleted. */
  stopped: string | undefined;
}

type Deletable = { object: ListedObject; row: ObjectRow };

/** S3 takes this many in one request. */
const BATCH = 1_000;

/** Characters that XML, and so a request of many keys, can't carry. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to be found
const NOT_IN_XML = /[\x00-\x1f\x7f\ufffe\uffff]/;

/**
 * Deletes from a bucket exactly the versions that are verified. The bucket is listed once more while deleting: each page
 * is matched with the state and the disk again, and its objects go before the next page is asked for. The first one that
 * does not match stops it all.
 *
 * A bucket without versioning has nothing but the key to name an object by. There S3 is told the ETag, and keeps an object
 * that was overwritten in the moments between listing and deletion; other servers may ignore that.
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
    // What was deleted until then is deleted, and the operator must hear of it.
    result.stopped = describeError(error).message;
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
    const page = await listPage(client, bucket.name, versioned, position, mirror.signal);
    const { deletable, obstacles } = matchPage(mirror, bucket, page.objects);
    const [first] = obstacles;
    if (first) return stop(`${JSON.stringify(first.key)}: ${first.reason}`);
    for (let i = 0; i < deletable.length; i += BATCH) {
      await deleteBatch(mirror, bucket, client, deletable.slice(i, i + BATCH), result);
    }
    position = page.next;
  }
  if (result.failures.length > 0) return stop('some objects could not be deleted');
  await abortUploads(client, bucket, confirmed, result);
  if (result.stopped === undefined && !keepBucket) await deleteBucket(client, bucket, result);
  if (result.stopped === undefined) {
    const now = Date.now();
    mirror.state.buckets.update(bucket.id, { deletedAt: now, ...(result.bucketDeleted && { goneAt: now }) });
  }
}

async function deleteBatch(
  mirror: Mirror,
  bucket: BucketRow,
  client: S3Client,
  batch: Deletable[],
  result: Deletion,
): Promise<void> {
  const together = batch.filter(({ object }) => !NOT_IN_XML.test(object.key));
  const refused = new Map<string, string>();
  if (together.length > 0) {
    const { Errors } = await client.send(
      new DeleteObjectsCommand({
        Bucket: bucket.name,
        Delete: {
          Quiet: true,
          Objects: together.map(({ object }) => ({ Key: object.key, ...identity(bucket, object) })),
        },
      }),
    );
    for (const { Key = '', VersionId, Code, Message } of Errors ?? []) {
      refused.set(id({ key: Key, version: VersionId ?? 'null' }), `${Code}: ${Message}`);
    }
  }
  for (const { object } of batch.filter(({ object }) => NOT_IN_XML.test(object.key))) {
    const { VersionId, ETag } = identity(bucket, object);
    try {
      await client.send(
        new DeleteObjectCommand({ Bucket: bucket.name, Key: object.key, VersionId, IfMatch: ETag }),
      );
    } catch (error) {
      refused.set(id(object), describeError(error).message);
    }
  }
  record(mirror, batch, refused, result);
}

/**
 * What names exactly this version. A null version can be overwritten wherever versioning is not on, so the current one is
 * named by its ETag too; of older versions S3 compares none.
 * Source: Amazon S3 user guide, "How to perform conditional deletes".
 */
function identity(bucket: BucketRow, object: ListedObject): { VersionId?: string; ETag?: string } {
  const { version, latest, marker, etag } = object;
  const canChange = version === 'null' && latest && !marker;
  return {
    ...(bucket.versioning !== '' && { VersionId: version }),
    ...(canChange && { ETag: `"${etag}"` }),
  };
}

function record(
  { state, progress }: Mirror,
  batch: Deletable[],
  refused: Map<string, string>,
  result: Deletion,
): void {
  state.transaction(() => {
    for (const { object, row } of batch) {
      const error = refused.get(id(object));
      if (error !== undefined) {
        result.failures.push({ key: object.key, version: object.version, error });
      } else if (object.marker) {
        state.objects.remove(row);
        result.markers++;
      } else {
        state.objects.update(row, { state: 'deleted' });
        result.deleted++;
      }
    }
  });
  for (const { object } of batch) progress.add(1, object.size);
}

/** Aborts the uploads that the operator was shown. One begun since is someone writing. */
async function abortUploads(
  client: S3Client,
  bucket: BucketRow,
  confirmed: Survey,
  result: Deletion,
): Promise<void> {
  const shown = new Set(confirmed.uploads.map(({ uploadId }) => uploadId));
  for (const { key, uploadId } of await uploadsOf(client, bucket.name)) {
    if (!shown.has(uploadId)) {
      result.stopped = `${JSON.stringify(key)}: an upload began since the prompt`;
      return;
    }
    try {
      await client.send(
        new AbortMultipartUploadCommand({ Bucket: bucket.name, Key: key, UploadId: uploadId }),
      );
      result.uploadsAborted++;
    } catch (error) {
      if (!isAwsError(error, 'NoSuchUpload')) throw error;
    }
  }
}

async function deleteBucket(client: S3Client, bucket: BucketRow, result: Deletion): Promise<void> {
  try {
    await client.send(new DeleteBucketCommand({ Bucket: bucket.name }));
    result.bucketDeleted = true;
  } catch (error) {
    result.stopped = isAwsError(error, 'BucketNotEmpty')
      ? 'something was written to it meanwhile; that stays, and so does the bucket'
      : describeError(error).message;
  }
}

function id({ key, version }: { key: string; version: string }): string {
  return `${version}\0${key}`;
}
