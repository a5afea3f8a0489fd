import { bytesContent, sha256Of, wholeOf } from '../../storage/content.js';
import type { Content, StorageBackend } from '../../storage/storage-backend.js';
import { isStorageError } from '../../storage/storage.errors.js';
import { ItemFailure } from '../engine/task.js';
import type { FileRow } from './file-rows.js';

/** Up to this size a file is read once and kept; bytes. A larger one is read twice and never held. */
const IN_MEMORY = 8 * 1024 * 1024;
/** Size of one buffer, which is reused, bytes. */
const REUSED = 1024 * 1024;
/** Not in use at the moment; never more than there were files in flight. */
const free: Buffer[] = [];

/**
 * Passes the local copy, known to be the bytes that were issued, to `use`, which may not keep its memory: separate
 * memory for each file would cost a garbage collection every dozen megabytes.
 *
 * | the disk says | code |
 * |---|---|
 * | no such file | `local_missing` |
 * | other size or SHA-256 than the row's | `local_corrupt` |
 * | anything that another try may fix | as it is (retryable) |
 * | anything else (no right to read it, a folder or link in its place) | `local_unreadable` |
 *
 * @throws ItemFailure with one of these codes; StorageError where it is retryable; what `use` throws
 */
export async function withLocalCopy<T>(
  local: StorageBackend,
  file: FileRow,
  use: (content: Content) => Promise<T>,
): Promise<T> {
  const memory = free.pop() ?? Buffer.allocUnsafeSlow(REUSED);
  let inUse = false;
  try {
    const content = await localCopy(local, file, memory);
    inUse = true;
    const result = await use(content);
    inUse = false;
    return result;
  } finally {
    // Not where its use failed: a request that was given up may still be reading it.
    if (!inUse) free.push(memory);
  }
}

async function localCopy(local: StorageBackend, file: FileRow, into: Buffer): Promise<Content> {
  try {
    const { info, body } = await local.get(file.key, { into });
    if (info.size !== file.size) {
      body.destroy();
      throw corrupt(`it has ${info.size} bytes instead of ${file.size}`);
    }
    if (file.size > IN_MEMORY) return large(local, file, await sha256Of(body), info.etag);
    const content = bytesContent(await wholeOf(body));
    if (content.sha256 !== file.sha256) throw corrupt('its SHA-256 differs from the one in its row');
    return content;
  } catch (error) {
    throw localFailure(error);
  }
}

/** An error of the local store, by the table above. */
export function localFailure(error: unknown): unknown {
  if (!isStorageError(error) || error.retryable) return error;
  if (error.code === 'not_found') {
    return new ItemFailure('local_missing', 'there is no local file with this key', { cause: error });
  }
  return new ItemFailure('local_unreadable', error.message, { cause: error });
}

function large(local: StorageBackend, file: FileRow, sha256: string, etag: string | undefined): Content {
  if (sha256 !== file.sha256) throw corrupt('its SHA-256 differs from the one in its row');
  const ifMatch = etag === undefined ? {} : { ifMatch: etag };
  return { size: file.size, sha256, open: async () => (await local.get(file.key, ifMatch)).body };
}

function corrupt(how: string): ItemFailure {
  return new ItemFailure('local_corrupt', `the local file is not the one that was issued: ${how}`);
}
