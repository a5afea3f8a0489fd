import { close, closeSync, read } from 'node:fs';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { bytesBody } from '../../content.js';
import { StorageError, type StorageErrorContext } from '../../storage.errors.js';
import { localError } from './local-errors.js';

const readFrom = promisify(read);
const CHUNK = 256 * 1024;
/** Up to this much is read in one piece before the body is handed out, which costs half the time; bytes. */
const AT_ONCE = 1024 * 1024;

/**
 * Part of an open file, as a body that ends with an error rather than short.
 * @param fd the file, which is closed here or with the body @param range both ends inclusive, within the file
 * @param into see {@link GetOptions}
 */
export async function openBody(
  fd: number,
  range: { start: number; end: number },
  context: StorageErrorContext,
  into?: Buffer,
): Promise<Readable> {
  const length = range.end - range.start + 1;
  if (length > AT_ONCE) return new FileBody(fd, range, context);
  try {
    const fits = into !== undefined && into.length >= length;
    const bytes = fits ? into.subarray(0, length) : Buffer.allocUnsafeSlow(length);
    for (let at = 0; at < length; ) {
      const { bytesRead } = await readFrom(fd, bytes, at, length - at, range.start + at);
      if (bytesRead === 0) throw endsEarly(length - at, context);
      at += bytesRead;
    }
    return bytesBody(bytes);
  } finally {
    closeSync(fd);
  }
}

function endsEarly(bytes: number, context: StorageErrorContext): StorageError {
  return new StorageError('unavailable', `the file ends ${bytes} bytes early`, context);
}

/** A file read piece by piece, as fast as its reader takes them. */
class FileBody extends Readable {
  readonly #fd: number;
  readonly #end: number;
  readonly #context: StorageErrorContext;
  #position: number;
  /** Of the bytes requested last. */
  #reading: Promise<unknown> | undefined;

  constructor(fd: number, range: { start: number; end: number }, context: StorageErrorContext) {
    super({ highWaterMark: CHUNK });
    this.#fd = fd;
    this.#end = range.end;
    this.#context = context;
    this.#position = range.start;
  }

  override _read(): void {
    const left = this.#end - this.#position + 1;
    if (left <= 0) {
      this.push(null);
      return;
    }
    const length = Math.min(left, CHUNK);
    this.#reading = readFrom(this.#fd, Buffer.allocUnsafeSlow(length), 0, length, this.#position).then(
      ({ bytesRead, buffer }) => {
        if (bytesRead === 0) {
          this.destroy(endsEarly(left, this.#context));
          return;
        }
        this.#position += bytesRead;
        this.push(buffer.subarray(0, bytesRead));
        if (this.#position > this.#end) this.push(null);
      },
      (error: unknown) => this.destroy(localError(error, this.#context)),
    );
  }

  /** The descriptor of a closed file may soon be another file's: a read under way ends first. */
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    void Promise.resolve(this.#reading).then(() =>
      close(this.#fd, (failure) => done(error ?? (failure && localError(failure, this.#context)))),
    );
  }
}
