import { createHash } from 'node:crypto';
import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { checkedChunks } from '../../content.js';
import { putResult } from '../../put-result.js';
import type { Content, ObjectMeta, PutResult } from '../../storage-backend.js';
import { isStorageError, StorageError } from '../../storage.errors.js';
import type { StorageKey } from '../../storage-key.js';
import type { S3Connection } from './s3-connection.js';
import { deleteVersion } from './s3-delete.js';
import { findExisting, isTaken, readSha256 } from './s3-existing.js';
import { statObject } from './s3-stat.js';
import { abortUpload } from './s3-sweep.js';
import { writeHeaders } from './s3-write-headers.js';

/**
 * Stores the content in parts, each checked by S3 against its own SHA-256. The whole is completed only after all of it
 * was read and found to be what was promised, and read back afterwards. An upload that fails is aborted.
 *
 * Checks first whether the key is taken: some S3-compatible stores ignore `If-None-Match` on completion.
 */
export async function putInParts(
  s3: S3Connection,
  key: StorageKey,
  content: Content,
  meta: ObjectMeta,
  partSize: number,
): Promise<PutResult> {
  const existing = await findExisting(s3, key, content);
  if (existing) return existing;
  const target = { Bucket: s3.bucket, Key: key };
  const { UploadId } = await s3.call('put', { key }, (options) =>
    s3.client.send(
      new CreateMultipartUploadCommand({
        ...target,
        ...writeHeaders(s3.config, meta),
        ChecksumAlgorithm: 'SHA256',
      }),
      options,
    ),
  );
  const upload = { ...target, UploadId };
  const parts: CompletedPart[] = [];
  try {
    for await (const bytes of inParts(checkedChunks(content, s3.context('put', key)), partSize)) {
      const part = { PartNumber: parts.length + 1, ChecksumSHA256: sha256Base64(bytes) };
      const { ETag } = await s3.call('put', { key, sends: bytes.length }, (options) =>
        s3.client.send(new UploadPartCommand({ ...upload, ...part, Body: bytes }), options),
      );
      parts.push({ ...part, ETag });
    }
    await s3.call('put', { key }, (options) =>
      s3.client.send(
        new CompleteMultipartUploadCommand({
          ...upload,
          IfNoneMatch: '*',
          MultipartUpload: { Parts: parts },
        }),
        options,
      ),
    );
  } catch (error) {
    const done = await afterFailure(s3, key, content, error);
    await abort(s3, key, UploadId, error);
    if (done) return done;
    throw error;
  }
  return verify(s3, key, content);
}

/** A completion that was answered 412, 409 or "no such upload" may be our own, repeated after its answer was lost. */
async function afterFailure(
  s3: S3Connection,
  key: StorageKey,
  content: Content,
  error: unknown,
): Promise<PutResult | undefined> {
  const maybeDone = isTaken(error) || (isStorageError(error) && error.context.status === 404);
  return maybeDone ? findExisting(s3, key, content) : undefined;
}

/** Frees the parts. If even that fails, {@link sweepUploads} does it later. */
async function abort(
  s3: S3Connection,
  key: StorageKey,
  UploadId: string | undefined,
  reason: unknown,
): Promise<void> {
  try {
    await abortUpload(s3, key, UploadId);
  } catch (error) {
    const both = new AggregateError([reason, error], 'the upload failed and could not be aborted either');
    throw isStorageError(reason)
      ? new StorageError(reason.code, `${reason.message}; the sweep will remove its parts`, reason.context, {
          cause: both,
        })
      : both;
  }
}

async function verify(s3: S3Connection, key: StorageKey, content: Content): Promise<PutResult> {
  const info = await statObject(s3, key);
  if (info.size !== content.size || (await readSha256(s3, key, info)) !== content.sha256) {
    await deleteVersion(s3, key, info.versionId);
    throw new StorageError(
      'unavailable',
      'S3 assembled other bytes than were sent; they were removed',
      s3.context('put', key),
    );
  }
  return putResult(true, info);
}

/** Cuts chunks of any size into parts of `partSize` bytes, the last one smaller. */
async function* inParts(chunks: AsyncIterable<Buffer>, partSize: number): AsyncGenerator<Buffer, void> {
  let pending: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    pending.push(chunk);
    size += chunk.length;
    if (size < partSize) continue;
    let bytes = Buffer.concat(pending);
    for (; bytes.length >= partSize; bytes = bytes.subarray(partSize)) yield bytes.subarray(0, partSize);
    pending = [bytes];
    size = bytes.length;
  }
  if (size > 0) yield Buffer.concat(pending);
}

function sha256Base64(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64');
}
