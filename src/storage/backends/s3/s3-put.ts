import { hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Config } from '../../../config/config.js';
import { checkedBytes } from '../../content.js';
import type { Content, ObjectMeta, PutResult } from '../../storage-backend.js';
import { StorageError } from '../../storage.errors.js';
import type { StorageKey } from '../../storage-key.js';
import type { ObjectRequest } from './object-client.js';
import type { AnswerHeaders } from './refusal.js';
import type { S3Connection } from './s3-connection.js';
import { deleteVersion } from './s3-delete.js';
import { findExisting, isTaken } from './s3-existing.js';
import { unquoted } from './s3-stat.js';
import { onTheWire, writeHeaders } from './s3-write-headers.js';

/** Tries while the server answers 409: someone else is writing this key. */
const RIVALS = 5;

/**
 * Stores the content by one request. The bytes are read and checked first, so that nothing wrong is ever sent, and so
 * that the request can be repeated; S3 checks them against the SHA-256 when they arrive.
 */
export async function putWhole(
  s3: S3Connection,
  key: StorageKey,
  content: Content,
  meta: ObjectMeta,
): Promise<PutResult> {
  const bytes = await checkedBytes(content, s3.context('put', key));
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
  { sha256 }: Content,
  meta: ObjectMeta,
): Promise<PutResult> {
  const request = putRequest(s3.config, key, { bytes, sha256 }, meta);
  const answer = await s3.call('put', { key, sends: bytes.length }, (options) =>
    s3.objects.send(request, options),
  );
  await checkEtag(s3, key, bytes, answer);
  const { etag, 'x-amz-version-id': versionId } = answer;
  return { created: true, ...(etag && { etag: unquoted(etag) }), ...(versionId && { versionId }) };
}

export function putRequest(
  config: S3Config,
  key: StorageKey,
  body: { bytes: Buffer; sha256: string },
  meta: ObjectMeta,
): ObjectRequest {
  const headers = {
    ...onTheWire(writeHeaders(config, meta)),
    'content-length': String(body.bytes.length),
    'if-none-match': '*',
    'x-amz-checksum-sha256': Buffer.from(body.sha256, 'hex').toString('base64'),
  };
  return { method: 'PUT', key, headers, body };
}

/** The ETag of one part encrypted by SSE-S3 is the MD5 of its bytes; under SSE-KMS it is not, and is not compared. */
async function checkEtag(
  s3: S3Connection,
  key: StorageKey,
  bytes: Buffer,
  answer: AnswerHeaders,
): Promise<void> {
  const encryption = answer['x-amz-server-side-encryption'] ?? s3.config.encryption;
  const etag = unquoted(answer.etag ?? '');
  if (encryption !== 'AES256' || !/^[0-9a-f]{32}$/.test(etag)) return;
  if (hash('md5', bytes, 'hex') === etag) return;
  await deleteVersion(s3, key, answer['x-amz-version-id']);
  throw new StorageError(
    'unavailable',
    `S3 stored other bytes than were sent (ETag ${etag}); they were removed`,
    s3.context('put', key),
  );
}
