import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { bytesBody } from '../../content.js';
import { StorageError, type StorageErrorContext } from '../../storage.errors.js';
import { localError } from './local-errors.js';

const CHUNK = 256 * 1024;
/** Up to this much is read in one piece before the body is handed out, which costs half the time; bytes. */
const AT_ONCE = 1024 * 1024;

/**
 * Part of an open file, as a body that ends with an error, never short. Takes over the handle.
 * @param range both ends inclusive, within the file
 */
export async function openBody(
  file: FileHandle,
  range: { start: number; end: number },
  context: StorageErrorContext,
): Promise<Readable> {
  const length = range.end - range.start + 1;
  if (length > AT_ONCE) return new FileBody(file, range, context);
  const bytes = Buffer.allocUnsafeSlow(length);
  for (let at = 0; at < length; ) {
    const { bytesRead } = await file.read(bytes, at, length - at, range.start + at);
    if (bytesRead === 0) throw endsEarly(length - at, context);
    at += bytesRead;
  }
  await file.close();
  return bytesBody(bytes);
}

function endsEarly(bytes: number, context: StorageErrorContext): StorageError {
  return new StorageError('unavailable', `the file ends ${bytes} bytes early`, context);
}

/** A file read piece by piece, as fast as its reader takes them. */
class FileBody extends Readable {
  readonly #handle: FileHandle;
  readonly #end: number;
  readonly #context: StorageErrorContext;
  #position: number;

  constructor(handle: FileHandle, range: { start: number; end: number }, context: StorageErrorContext) {
    super({ highWaterMark: CHUNK });
    this.#handle = handle;
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
    this.#handle.read(Buffer.allocUnsafeSlow(length), 0, length, this.#position).then(
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

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#handle.close().then(
      () => done(error),
      (failure: unknown) => done(error ?? localError(failure, this.#context)),
    );
  }
}
