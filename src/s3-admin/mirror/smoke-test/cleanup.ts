import { AbortMultipartUploadCommand, DeleteBucketCommand, DeleteObjectCommand } from '@aws-sdk/client-s3';
import { isAwsError } from '../../error-code.js';
import type { Clients } from '../../aws/clients.js';
import { ToolError } from '../../tool-error.js';
import { uploadsOf } from '../delete/uploads.js';
import { listPage } from '../scan/listing.js';

/** Removes what a smoke test left of its own bucket. @throws for any other bucket */
export async function removeBucket(clients: Clients, bucket: string): Promise<void> {
  if (!bucket.startsWith('s3-admin-smoke-')) throw new Error(`${bucket} is no smoke test's bucket`);
  try {
    const client = await clients.s3For(bucket);
    for (;;) {
      const { objects } = await listPage(client, bucket, false, { key: null });
      if (objects.length === 0) break;
      for (const { key } of objects) await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    }
    for (const { key, uploadId } of await uploadsOf(client, bucket)) {
      await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId }));
    }
    await client.send(new DeleteBucketCommand({ Bucket: bucket }));
  } catch (error) {
    const gone =
      isAwsError(error, 'NoSuchBucket') || (error instanceof ToolError && error.code === 'NoSuchBucket');
    if (!gone) throw error;
  }
}
