import { utimes } from 'node:fs/promises';
import type { ObjectRow } from '../../state/object-row.js';
import type { Comparison } from '../content/comparisons.js';
import type { Hasher } from '../content/hasher.js';
import { type Proof, verdict } from '../content/prove.js';
import { proveObject } from '../content/prove-object.js';
import { ContentError } from './failures.js';
import { FileSink } from './file-sink.js';
import type { ObjectReader } from './object-reader.js';
import type { ResponseFacts } from './response.js';

/** What is known of a fetched object. */
export interface Fetched {
  file: string;
  facts: ResponseFacts;
  proof: Proof;
  /** Hex; if S3 has nothing to compare. */
  sha256: string | undefined;
  /** S3's value that the bytes were compared with on their way to the file; undefined where the file itself was read. */
  passed: Comparison | undefined;
}

/**
 * Fetches an object by one GET into a file, its checksum computed while the bytes pass.
 * @throws ContentError if the bytes are not what S3 says they are
 */
export async function fetchObject(
  reader: ObjectReader,
  row: ObjectRow,
  file: string,
  hasher: Hasher,
): Promise<Fetched> {
  const sink = new FileSink(file, row);
  let facts: ResponseFacts;
  try {
    facts = await reader.get({ key: row.key, version: versionToAsk(row), ifMatch: row.etag }, sink);
    await sink.finish();
  } finally {
    await sink.close();
  }
  assertSize(row, sink.received);
  const { comparison } = sink;
  const hex = await sink.hex();
  // A value made of parts is for reading the file: the passing bytes could not be compared with it.
  const proof = comparison
    ? verdict(comparison, hex)
    : await proveObject({ file, size: row.size }, facts, partSizes(reader, row), hasher);
  assertSame(row, proof);
  return { file, facts, proof, sha256: proof.outcome === 'unknown' ? hex : undefined, passed: comparison };
}

/** Asks S3 how an object was cut into parts, as far as it says. */
export function partSizes(reader: ObjectReader, row: ObjectRow, known?: number[]) {
  return {
    known,
    async ask(partNumber: number): Promise<number | undefined> {
      // Without If-Match: some servers hold it against the part's own ETag. A size that is not this object's shows no
      // hash of this object's.
      const facts = await reader.head({ key: row.key, version: versionToAsk(row), partNumber });
      // A server that ignores the part number answers with the whole object and no count.
      return facts.partsCount === undefined ? undefined : facts.length;
    },
  };
}

/** A bucket that was never versioned has no version ids to ask for. */
export function versionToAsk(row: ObjectRow): string | undefined {
  return row.version === 'null' && row.latest ? undefined : row.version;
}

export function assertSize(row: ObjectRow, received: number): void {
  if (received !== row.size) {
    throw new ContentError('size_differs', `size_differs: got ${received} bytes of ${row.size}`);
  }
}

export function assertSame(row: ObjectRow, proof: Proof): void {
  if (proof.outcome === 'different') {
    throw new ContentError(
      'content_differs',
      `content_differs: ${proof.proof} of the bytes is ${proof.found}, S3 says ${proof.expected} (ETag ${row.etag})`,
    );
  }
}

export async function keepModified(file: string, row: ObjectRow): Promise<void> {
  const modified = new Date(row.modified);
  await utimes(file, modified, modified);
}
