import { createHash, hash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Content, StorageBackend } from './storage-backend.js';
import { isStorageError, StorageError, type StorageErrorContext } from './storage.errors.js';
import { parseKey } from './storage-key.js';

/** Bytes in memory as {@link Content}, hashed here, so that whoever stores them need not. */
class BytesContent implements Content {
  readonly size: number;
  readonly sha256: string;
  readonly open = (): Readable => bytesBody(this.bytes);

  constructor(readonly bytes: Buffer) {
    this.size = bytes.length;
    this.sha256 = hash('sha256', bytes, 'hex');
  }
}

export function bytesContent(bytes: Buffer): Content {
  return new BytesContent(bytes);
}

/** Bytes in memory as a stream; lighter than `Readable.from`, which goes through a generator. */
export function bytesBody(bytes: Buffer): Readable {
  const body = new Readable({ read: () => undefined });
  body.push(bytes);
  body.push(null);
  return body;
}

/**
 * The content's bytes, chunk by chunk, ending with `checksum_mismatch` if they are not what was promised. What was done
 * with the chunks before that must be undone by the caller.
 */
export async function* checkedChunks(
  content: Content,
  context: StorageErrorContext,
): AsyncGenerator<Buffer, void> {
  if (content instanceof BytesContent) {
    yield content.bytes;
    return;
  }
  const hash = createHash('sha256');
  let size = 0;
  for await (const bytes of sourceOf(content, context)) {
    hash.update(bytes);
    size += bytes.length;
    if (size > content.size) break;
    yield bytes;
  }
  if (size !== content.size) {
    const got = size > content.size ? 'more' : `${size}`;
    throw mismatch(`expected ${content.size} bytes, got ${got}`, context);
  }
  const sha256 = hash.digest('hex');
  if (sha256 !== content.sha256) {
    throw mismatch(`expected SHA-256 ${content.sha256}, got ${sha256}`, context);
  }
}

/** All of the content's bytes, checked as in {@link checkedChunks}. */
export async function checkedBytes(content: Content, context: StorageErrorContext): Promise<Buffer> {
  if (content instanceof BytesContent) return content.bytes;
  const chunks: Buffer[] = [];
  for await (const chunk of checkedChunks(content, context)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* sourceOf(content: Content, context: StorageErrorContext): AsyncGenerator<Buffer, void> {
  try {
    for await (const chunk of await content.open()) yield chunk as Buffer;
  } catch (error) {
    if (isStorageError(error)) throw error;
    throw new StorageError('internal', 'the content could not be read', context, { cause: error });
  }
}

function mismatch(message: string, context: StorageErrorContext): StorageError {
  return new StorageError('checksum_mismatch', message, context);
}

/** Everything in the stream. Reading by events costs half as much as iterating for small bodies. */
export function wholeOf(stream: Readable): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    stream.once('error', reject);
    stream.once('close', () => reject(new Error('the stream was destroyed')));
  });
}

/** SHA-256 of everything in the stream, hex. */
export async function sha256Of(stream: Readable): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** An object of a store as {@link Content} for another one, which checks it against what its row promises. */
export function storedContent(
  store: StorageBackend,
  file: { key: string; size: number; sha256: string },
): Content {
  const key = parseKey(file.key);
  return { size: file.size, sha256: file.sha256, open: async () => (await store.get(key)).body };
}
