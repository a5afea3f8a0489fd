import { bytesContent, sha256Of, wholeOf } from '../../storage/content.js';
import type { Content, StorageBackend } from '../../storage/storage-backend.js';
import { isStorageError } from '../../storage/storage.errors.js';
import { ItemFailure } from '../engine/task.js';
import type { FileRow } from './file-rows.js';

/** Up to this size a copy is held in memory; bytes. A larger one is read once to be checked and again to be used. */
const IN_MEMORY = 8 * 1024 * 1024;

/**
 * The copy in S3, read now and known to be the bytes that were issued.
 * @throws ItemFailure `s3_missing`, `s3_corrupt`; StorageError for everything else, `archived` among it
 */
export async function s3Copy(s3: StorageBackend, file: FileRow): Promise<Content> {
  try {
    const { info, body } = await s3.get(file.key);
    if (info.size !== file.size) {
      body.destroy();
      throw corrupt(`it has ${info.size} bytes instead of ${file.size}`);
    }
    if (file.size <= IN_MEMORY) {
      const content = bytesContent(await wholeOf(body));
      if (content.sha256 === file.sha256) return content;
    } else if ((await sha256Of(body)) === file.sha256) {
      const ifMatch = info.etag === undefined ? {} : { ifMatch: info.etag };
      return {
        size: file.size,
        sha256: file.sha256,
        open: async () => (await s3.get(file.key, ifMatch)).body,
      };
    }
    throw corrupt('its SHA-256 differs from the one in its row');
  } catch (error) {
    if (!isStorageError(error, 'not_found')) throw error;
    throw missing(error);
  }
}

/**
 * Whether the copy in S3 is still the version that its row names, and can be read: by asking for its first byte.
 * @throws ItemFailure `s3_missing`; StorageError for everything else, `archived` among it
 */
export async function isUnchangedInS3(s3: StorageBackend, file: FileRow): Promise<boolean> {
  if (file.s3Etag === null) return false;
  try {
    const { info, body } = await s3.get(file.key, { ifMatch: file.s3Etag, range: { start: 0, end: 0 } });
    await wholeOf(body);
    return info.size === file.size;
  } catch (error) {
    if (isStorageError(error, 'changed')) return false;
    if (isStorageError(error, 'not_found')) throw missing(error);
    throw error;
  }
}

function missing(cause: unknown): ItemFailure {
  return new ItemFailure('s3_missing', 'the bucket in AWS_STORAGE_BUCKET_NAME has no object with this key', {
    cause,
  });
}

function corrupt(how: string): ItemFailure {
  return new ItemFailure('s3_corrupt', `the copy in S3 is not the file that was issued: ${how}`);
}
