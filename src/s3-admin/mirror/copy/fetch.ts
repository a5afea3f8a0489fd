import { closeSync, constants, futimesSync, openSync, writeSync } from 'node:fs';
import { type FileHandle, open, utimes } from 'node:fs/promises';
import type { ObjectRow } from '../../state/object-row.js';
import { type Comparison, comparisons } from '../content/comparisons.js';
import { type Algorithm, createDigest, type Digest, digestOf } from '../content/digest.js';
import type { Hasher } from '../content/hasher.js';
import { type Proof, verdict } from '../content/prove.js';
import { proveObject } from '../content/prove-object.js';
import { ContentError } from './failures.js';
import type { ObjectReader, Sink } from './object-reader.js';
import { PieceWriter } from './piece-writer.js';
import type { ResponseFacts } from './response.js';

/** What is known of a fetched object. */
export interface Fetched {
  file: string;
  facts: ResponseFacts;
  proof: Proof;
  /** Hex; where S3 has nothing to compare. */
  sha256: string | undefined;
  /** S3's value that the bytes were compared with on their way to the file; undefined where the file itself was read. */
  passed: Comparison | undefined;
}

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
  const { comparison } = sink;
  const hex = await sink.hex();
  // A value made of parts is for reading the file: the passing bytes could not be compared with it.
  const proof = comparison
    ? verdict(comparison, hex)
    : await proveObject({ file, size: row.size }, facts, partSizes(reader, row), hasher);
  assertSame(row, proof);
  return { file, facts, proof, sha256: proof.outcome === 'unknown' ? hex : undefined, passed: comparison };
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

/** Objects up to this size are written by the main thread, where they come in one piece. */
const AT_ONCE = 256 << 10;
const NEW_FILE = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY;

/** Writes an answer's bytes to a new file. Small objects take one write. */
class FileSink implements Sink {
  received = 0;
  /** S3's value that the passing bytes are compared with. */
  comparison: Comparison | undefined;
  private algorithm: Algorithm = 'sha256';
  private digest: Digest | undefined;
  private whole: Promise<string> | undefined;
  private handle: Promise<FileHandle> | undefined;
  private written = false;
  private readonly writer: PieceWriter;

  constructor(
    private readonly file: string,
    private readonly row: ObjectRow,
  ) {
    this.writer = new PieceWriter((bytes, position) => this.writeAt(bytes, position), 0, row.size);
  }

  start(facts: ResponseFacts): void {
    this.comparison = comparisons(facts).find(({ partCount }) => partCount === undefined);
    this.algorithm = this.comparison?.algorithm ?? 'sha256';
  }

  write(chunk: Buffer): Promise<void> | undefined {
    this.received += chunk.length;
    if (this.received > this.row.size)
      throw new ContentError('size_differs', `size_differs: more than ${this.row.size} bytes came`);
    if (chunk.length === this.row.size && chunk.length <= AT_ONCE) {
      this.whole = digestOf(this.algorithm, chunk);
      this.writeWhole(chunk);
      return undefined;
    }
    this.digest ??= createDigest(this.algorithm);
    this.digest.update(chunk);
    return this.writer.add(chunk);
  }

  async finish(): Promise<void> {
    const modified = new Date(this.row.modified);
    if (this.handle) {
      await this.writer.flush();
      await (await this.handle).utimes(modified, modified);
      return;
    }
    if (!this.written) this.writeWhole(this.writer.rest);
  }

  async close(): Promise<void> {
    const handle = await this.handle?.catch(() => undefined); // whoever opened it heard of it
    await handle?.close();
  }

  /** Of the bytes that came: for the comparison or, where there is none, SHA-256. */
  async hex(): Promise<string> {
    return this.whole ?? (await (this.digest ?? createDigest(this.algorithm)).digest()).toString('hex');
  }

  /** One small write takes less time than handing it to another thread. */
  private writeWhole(bytes: Buffer): void {
    this.written = true;
    const descriptor = openSync(this.file, NEW_FILE);
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
      futimesSync(descriptor, this.row.modified / 1_000, this.row.modified / 1_000);
    } finally {
      closeSync(descriptor);
    }
  }

  private async writeAt(bytes: Buffer, position: number): Promise<void> {
    this.handle ??= open(this.file, NEW_FILE);
    await writeAll(await this.handle, bytes, position);
  }
}

export async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  // A write may be cut short, which a nearly full disk does: the next one tells why.
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

export async function keepModified(file: string, row: ObjectRow): Promise<void> {
  const modified = new Date(row.modified);
  await utimes(file, modified, modified);
}
