import { closeSync, futimesSync, openSync, writeSync } from 'node:fs';
import { type FileHandle, open, utimes } from 'node:fs/promises';
import type { ObjectRow } from '../../state/object-row.js';
import { type Comparison, comparisons } from '../content/comparisons.js';
import { createDigest, type Digest } from '../content/digest.js';
import type { Hasher } from '../content/hasher.js';
import { type Proof, verdict } from '../content/prove.js';
import { proveObject } from '../content/prove-object.js';
import { ContentError } from './failures.js';
import type { ObjectReader, Sink } from './object-reader.js';
import type { ResponseFacts } from './response.js';

/** What is known of a fetched object. */
export interface Fetched {
  file: string;
  facts: ResponseFacts;
  proof: Proof;
  /** Hex; where S3 has nothing to compare. */
  sha256: string | undefined;
  /** The comparison read the file, not the bytes on their way to it. */
  readBack: boolean;
}

/** Bytes gathered before they are written. */
const WRITE_SIZE = 1 << 20;

/**
 * Fetches an object by one GET into a file, its checksum computed while the bytes pass.
 * @throws ContentError where the bytes are not what S3 says they are
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
  return judge(
    reader,
    row,
    file,
    facts,
    await sink.proof(),
    sink.comparison ? undefined : await sink.hex(),
    hasher,
  );
}

/** Settles what the passing bytes could not: a value made of parts. */
async function judge(
  reader: ObjectReader,
  row: ObjectRow,
  file: string,
  facts: ResponseFacts,
  passed: Proof,
  sha256: string | undefined,
  hasher: Hasher,
): Promise<Fetched> {
  const proof =
    passed.outcome === 'unknown'
      ? await proveObject({ file, size: row.size }, facts, partSizes(reader, row), hasher)
      : passed;
  assertSame(row, proof);
  return {
    file,
    facts,
    proof,
    sha256: proof.outcome === 'unknown' ? sha256 : undefined,
    readBack: passed.outcome === 'unknown',
  };
}

/** Asks S3 how an object was cut into parts, as far as it tells. */
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

/** Writes an answer's bytes to a new file. Small objects take one write. */
class FileSink implements Sink {
  received = 0;
  /** S3's value that the passing bytes are compared with. */
  comparison: Comparison | undefined;
  private digest: Digest | undefined;
  private chunks: Buffer[] = [];
  private gathered = 0;
  private handle: FileHandle | undefined;

  constructor(
    private readonly file: string,
    private readonly row: ObjectRow,
  ) {}

  start(facts: ResponseFacts): void {
    this.comparison = comparisons(facts).find(({ partCount }) => partCount === undefined);
    this.digest = createDigest(this.comparison?.algorithm ?? 'sha256');
  }

  write(chunk: Buffer): Promise<void> | undefined {
    this.received += chunk.length;
    this.gathered += chunk.length;
    this.digest?.update(chunk);
    this.chunks.push(chunk);
    if (this.received > this.row.size)
      throw new ContentError('size_differs', `size_differs: more than ${this.row.size} bytes came`);
    return this.gathered >= WRITE_SIZE ? this.flush() : undefined;
  }

  async finish(): Promise<void> {
    const modified = new Date(this.row.modified);
    if (this.handle) {
      await this.flush();
      await this.handle.utimes(modified, modified);
      return;
    }
    // One small write takes less time than handing it to another thread.
    const descriptor = openSync(this.file, 'wx');
    try {
      if (this.gathered > 0)
        writeSync(
          descriptor,
          this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks),
        );
      futimesSync(descriptor, modified, modified);
    } finally {
      closeSync(descriptor);
    }
  }

  async close(): Promise<void> {
    await this.handle?.close();
  }

  async hex(): Promise<string | undefined> {
    return (await this.digest?.digest())?.toString('hex');
  }

  async proof(): Promise<Proof> {
    const { comparison } = this;
    return comparison ? verdict(comparison, (await this.hex()) ?? '') : { outcome: 'unknown' };
  }

  private async flush(): Promise<void> {
    const chunks = this.chunks;
    this.chunks = [];
    this.gathered = 0;
    this.handle ??= await open(this.file, 'wx');
    await writeAll(this.handle, chunks);
  }
}

/** @param position undefined: where the last write ended */
export async function writeAll(handle: FileHandle, chunks: Buffer[], position?: number): Promise<void> {
  const length = chunks.reduce((total, chunk) => total + chunk.length, 0);
  const { bytesWritten } = await handle.writev(chunks, position);
  if (bytesWritten === length || length === 0) return;
  // Cut short, which a nearly full disk does: the rest tells why.
  const rest = Buffer.concat(chunks).subarray(bytesWritten);
  await writeAll(handle, [rest], position === undefined ? undefined : position + bytesWritten);
}

export async function keepModified(file: string, row: ObjectRow): Promise<void> {
  const modified = new Date(row.modified);
  await utimes(file, modified, modified);
}
