import { closeSync, constants, futimesSync, openSync, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { ObjectRow } from '../../state/object-row.js';
import { type Comparison, comparisons } from '../content/comparisons.js';
import { type Algorithm, createDigest, type Digest, digestOf } from '../content/digest.js';
import { ContentError } from './failures.js';
import type { Sink } from './object-reader.js';
import { PieceWriter, writeAll } from './piece-writer.js';
import type { ResponseFacts } from './response.js';

/** Objects up to this size are written by the main thread, where they come in one piece. */
const AT_ONCE = 256 << 10;
const NEW_FILE = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY;

/** Writes an answer's bytes to a new file. Small objects take one write. */
export class FileSink implements Sink {
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
