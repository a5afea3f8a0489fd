import { closeSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { type Algorithm, createDigest } from './digest.js';

/** What to hash of a file: bytes from `start` up to and without `end`. */
export interface HashJob {
  file: string;
  start: number;
  end: number;
  algorithm: Algorithm;
}

const CHUNK = 1 << 20;

/** @throws where the file ends before `end` */
export async function hashFile({ file, start, end, algorithm }: HashJob): Promise<Buffer> {
  const digest = createDigest(algorithm);
  const handle = await open(file);
  try {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(end - start, 1)));
    for (let position = start; position < end; ) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, end - position), position);
      if (bytesRead === 0) throw new Error(`${file} ends at byte ${position}, ${end} were expected`);
      digest.update(buffer.subarray(0, bytesRead));
      position += bytesRead;
    }
    return await digest.digest();
  } finally {
    await handle.close();
  }
}

/** The same in one read, for small files: an open file handed from thread to thread costs more than the hash. */
export async function hashSmallFile({ file, start, end, algorithm }: HashJob): Promise<Buffer> {
  const digest = createDigest(algorithm);
  const buffer = Buffer.allocUnsafe(end - start);
  const descriptor = openSync(file, 'r');
  try {
    const bytesRead = readSync(descriptor, buffer, 0, buffer.length, start);
    if (bytesRead < buffer.length)
      throw new Error(`${file} ends at byte ${start + bytesRead}, ${end} were expected`);
  } finally {
    closeSync(descriptor);
  }
  digest.update(buffer);
  return digest.digest();
}
