import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand, type PutObjectCommandOutput } from '@aws-sdk/client-s3';
import { checkedChunks } from '../../content.js';
import type { Content, ObjectMeta, PutResult } from '../../storage-backend.js';
import { StorageError } from '../../storage.errors.js';
import type { StorageKey } from '../../storage-key.js';
import type { S3Connection } from './s3-connection.js';
import { deleteVersion } from './s3-delete.js';
import { findExisting, isTaken } from './s3-existing.js';
import { unquoted } from './s3-stat.js';
import { writeHeaders } from './s3-write-headers.js';

/** Tries while the server answers 409: someone else is writing this very key. */
const RIVALS = 5;

/**
 * Stores the content by one request. The bytes are read and checked first, so that nothing wrong is ever sent, and so
 * that the request can be made again; S3 checks them against the SHA-256 when they arrive.
 */
export async function putWhole(
  s3: S3Connection,
  key: StorageKey,
  content: Content,
  meta: ObjectMeta,
): Promise<PutResult> {
  const chunks: Buffer[] = [];
  for await (const chunk of checkedChunks(content, s3.context('put', key))) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  for (let attempt = 1; ; attempt++) {
    try {
      return await putOnce(s3, key, bytes, content, meta);
    } catch (error) {
      if (!isTaken(error)) throw error;
      const existing = await findExisting(s3, key, content);
      if (existing) return existing;
      if (attempt === RIVALS) throw error;
      await sleep(Math.random() * 100 * 2 ** attempt);
    }
  }
}

async function putOnce(
  s3: S3Connection,
  key: StorageKey,
  bytes: Buffer,
  content: Content,
  meta: ObjectMeta,
): Promise<PutResult> {
  const command = new PutObjectCommand({
    Bucket: s3.bucket,
    Key: key,
    Body: bytes,
    ContentLength: bytes.length,
    ChecksumSHA256: Buffer.from(content.sha256, 'hex').toString('base64'),
    IfNoneMatch: '*',
    ...writeHeaders(s3.config, meta),
  });
  const output = await s3.call('put', { key, sends: bytes.length }, (options) =>
    s3.client.send(command, options),
  );
  await checkEtag(s3, key, bytes, output);
  return {
    created: true,
    ...(output.ETag && { etag: unquoted(output.ETag) }),
    ...(output.VersionId && { versionId: output.VersionId }),
  };
}

/** The ETag of one part encrypted by SSE-S3 is the MD5 of its bytes; under SSE-KMS it is not, and is not compared. */
async function checkEtag(
  s3: S3Connection,
  key: StorageKey,
  bytes: Buffer,
  output: PutObjectCommandOutput,
): Promise<void> {
  const encryption = output.ServerSideEncryption ?? s3.config.encryption;
  const etag = unquoted(output.ETag ?? '');
  if (encryption !== 'AES256' || !/^[0-9a-f]{32}$/.test(etag)) return;
  if (createHash('md5').update(bytes).digest('hex') === etag) return;
  await deleteVersion(s3, key, output.VersionId);
  throw new StorageError(
    'unavailable',
    `S3 stored other bytes than were sent (ETag ${etag}); they were removed again`,
    s3.context('put', key),
  );
}
