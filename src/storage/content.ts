import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Content } from './storage-backend.js';

/** Bytes in memory as {@link Content}; hashes them once. */
export function bytesContent(bytes: Buffer): Content {
  return {
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    open: () => Readable.from(bytes.length ? [bytes] : [], { objectMode: false }),
  };
}
