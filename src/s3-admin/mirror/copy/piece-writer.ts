import type { FileHandle } from 'node:fs/promises';

/** Pieces from this size are written as they come; smaller ones are gathered up to the other size first. */
const LARGE = 64 << 10;
const GATHERED = 256 << 10;

/** Writes bytes that come in pieces into the buffer of someone else, who must not use it again before the write is done. */
export class PieceWriter {
  private buffer: Buffer | undefined;
  private gathered = 0;

  /** @param position where the first piece belongs; @param end up to where there may be pieces */
  constructor(
    private readonly write: (bytes: Buffer, position: number) => Promise<void>,
    private position: number,
    private readonly end: number,
  ) {}

  /** What is gathered and not written. */
  get rest(): Buffer {
    return this.buffer?.subarray(0, this.gathered) ?? Buffer.alloc(0);
  }

  /** @returns settles when the piece may be overwritten; undefined: at once */
  add(piece: Buffer): Promise<void> | undefined {
    const flushed = this.gathered + piece.length > GATHERED ? this.flush() : undefined;
    if (this.gathered === 0 && piece.length >= LARGE) {
      const written = this.writeNext(piece);
      // Not one after the other: on a full disk both fail, and an error that nobody waits for ends the process.
      return flushed ? Promise.all([flushed, written]).then(() => undefined) : written;
    }
    this.buffer ??= Buffer.allocUnsafe(Math.min(GATHERED, this.end - this.position));
    this.gathered += piece.copy(this.buffer, this.gathered);
    return flushed;
  }

  /** Writes what is gathered. @returns undefined where there is nothing */
  flush(): Promise<void> | undefined {
    const { rest } = this;
    this.buffer = undefined;
    this.gathered = 0;
    return rest.length > 0 ? this.writeNext(rest) : undefined;
  }

  private writeNext(bytes: Buffer): Promise<void> {
    const at = this.position;
    this.position += bytes.length;
    return this.write(bytes, at);
  }
}

export async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  // A write may be cut short, which a nearly full disk does: the next one tells why.
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
