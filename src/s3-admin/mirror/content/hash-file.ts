import { closeSync, openSync, readSync } from 'node:fs';
import { type Algorithm, createDigest, digestOf } from './digest.js';
import { LANES, Md5Lanes } from './md5-lanes.js';

/** Bytes from `start` up to and without `end`. */
export interface FileRange {
  start: number;
  end: number;
}

/** Ranges of a file, each to be hashed by itself. */
export interface HashJob {
  file: string;
  ranges: FileRange[];
  algorithm: Algorithm;
}

const CHUNK = 256 << 10;
/** Eight lanes take about as long as two streams one after the other. */
const WORTH_LANES = 3;
let lanes: Md5Lanes | undefined;

/**
 * Reads and hashes on the calling thread, which has nothing else to do or few bytes to read.
 * @returns hex, in order
 * @throws if the file ends before a range does
 */
export async function hashRanges({ file, ranges, algorithm }: HashJob): Promise<string[]> {
  const descriptor = openSync(file, 'r');
  const read = (into: Buffer, position: number): void => {
    for (let done = 0; done < into.length; ) {
      const bytesRead = readSync(descriptor, into, done, into.length - done, position + done);
      if (bytesRead === 0)
        throw new Error(`${file} ends at byte ${position + done}, ${position + into.length} were expected`);
      done += bytesRead;
    }
  };
  try {
    if (algorithm === 'md5' && fillLanes(ranges)) {
      lanes ??= new Md5Lanes();
      const lengths = ranges.map(({ start, end }) => end - start);
      const digests = lanes.hash(lengths, (i, into, at) => read(into, (ranges[i] as FileRange).start + at));
      return digests.map((digest) => digest.toString('hex'));
    }
    const digests: string[] = [];
    for (const range of ranges) digests.push(await hashRange(range, algorithm, read));
    return digests;
  } finally {
    closeSync(descriptor);
  }
}

function fillLanes(ranges: FileRange[]): boolean {
  const lengths = ranges.map(({ start, end }) => end - start);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  return ranges.length <= LANES && total >= WORTH_LANES * Math.max(...lengths, 1);
}

async function hashRange(
  { start, end }: FileRange,
  algorithm: Algorithm,
  read: (into: Buffer, position: number) => void,
): Promise<string> {
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK, end - start));
  if (buffer.length === end - start) {
    read(buffer, start);
    return digestOf(algorithm, buffer);
  }
  const digest = createDigest(algorithm);
  for (let position = start; position < end; position += buffer.length) {
    const chunk = buffer.subarray(0, Math.min(buffer.length, end - position));
    read(chunk, position);
    digest.update(chunk);
  }
  return (await digest.digest()).toString('hex');
}
