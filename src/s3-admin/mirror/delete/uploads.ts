import { isDeepStrictEqual } from 'node:util';
import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandInput,
  type ListMultipartUploadsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { isAwsError } from '../../error-code.js';
import type { BucketRow } from '../../state/buckets.js';
import { assertListing, truncated } from '../scan/check-listing.js';
import type { Deletion } from './deletion.js';

export interface Upload {
  key: string;
  uploadId: string;
}

/** Multipart uploads that were begun and not completed. */
export async function uploadsOf(client: S3Client, bucket: string): Promise<Upload[]> {
  const uploads: Upload[] = [];
  for (let position: Pick<ListMultipartUploadsCommandInput, 'KeyMarker' | 'UploadIdMarker'> = {}; ; ) {
    const page: ListMultipartUploadsCommandOutput = await client.send(
      new ListMultipartUploadsCommand({ Bucket: bucket, ...position }),
    );
    assertListing(bucket, { Name: page.Bucket });
    for (const { Key, UploadId } of page.Uploads ?? [])
      if (Key && UploadId) uploads.push({ key: Key, uploadId: UploadId });
    if (!page.IsTruncated) return uploads;
    const next = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
    // Otherwise the same page would be requested forever.
    if (!next.KeyMarker || isDeepStrictEqual(next, position)) throw truncated();
    position = next;
  }
}

/** Aborts the uploads that the operator was shown. One begun since is someone writing. */
export async function abortUploads(
  client: S3Client,
  bucket: BucketRow,
  shownToOperator: Upload[],
  result: Deletion,
): Promise<void> {
  const shown = new Set(shownToOperator.map(({ uploadId }) => uploadId));
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
