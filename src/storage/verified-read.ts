import { createHash, hash } from 'node:crypto';
import { type Readable, Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { bytesBody, wholeOf } from './content.js';
import { type ByteRange, resolveRange } from './range.js';
import type { ObjectRead, StorageBackend } from './storage-backend.js';
import { StorageError, type StorageErrorContext } from './storage.errors.js';
import { parseKey } from './storage-key.js';
import type { StoredFile } from './stored-file.js';

/** Files up to this size are read and checked whole before the first byte goes out; bytes. Certificates are far smaller. */
export const CHECKED_FIRST_LIMIT = 1024 * 1024;

/**
 * Reads a copy so that bytes that differ from the file's SHA-256 are never passed on as if they were right.
 *
 * | file | whole | range |
 * |---|---|---|
 * | up to 1 MiB | checked before the first byte | checked whole, then cut |
 * | larger | checked while it passes: ends with an error in place of its last piece | its size alone is checked |
 *
 * @throws StorageError `checksum_mismatch` where the copy is damaged; otherwise as {@link StorageBackend.get}
 */
export async function verifiedRead(
  backend: StorageBackend,
  file: StoredFile,
  options: { range?: ByteRange; signal?: AbortSignal } = {},
): Promise<ObjectRead> {
  const key = parseKey(file.key);
  const context: StorageErrorContext = { operation: 'read', backend: backend.name, key };
  const range = resolveRange(options.range, file.size, context);
  const large = file.size > CHECKED_FIRST_LIMIT;
  const read = await backend.get(
    key,
    large ? options : { ...(options.signal && { signal: options.signal }) },
  );
  if (read.info.size !== file.size) {
    read.body.destroy();
    throw damaged(context);
  }
  if (large) return options.range ? read : { ...read, body: checkedWhilePassing(read.body, file, context) };
  const bytes = await wholeOf(read.body);
  if (hash('sha256', bytes, 'hex') !== file.sha256) throw damaged(context);
  return { info: read.info, range, body: bytesBody(bytes.subarray(range.start, range.end + 1)) };
}

/** Holds each piece back until the next one arrives, and the last one until the hash is known to be right. */
function checkedWhilePassing(body: Readable, file: StoredFile, context: StorageErrorContext): Readable {
  const hash = createHash('sha256');
  let held: Buffer | undefined;
  const check = new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      hash.update(chunk);
      const pass = held;
      held = chunk;
      done(null, pass);
    },
    flush(done: TransformCallback) {
      if (hash.digest('hex') === file.sha256) done(null, held);
      else done(damaged(context));
    },
  });
  // The pipeline passes every failure to `check`, whose reader sees it.
  pipeline(body, check).catch((error: unknown) => check.destroy(error as Error));
  return check;
}

function damaged(context: StorageErrorContext): StorageError {
  return new StorageError('checksum_mismatch', 'the stored bytes are not those that were issued', context);
}
