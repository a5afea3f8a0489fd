import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { StorageError, type StorageErrorContext } from '../../storage.errors.js';
import { localError } from './local-errors.js';

const CHUNK = 256 * 1024;

/**
 * Part of an open file. Unlike `fs.createReadStream` it ends with an error where the file turns out shorter than it was
 * when it was opened. Owns the handle.
 */
export class FileBody extends Readable {
  readonly #handle: FileHandle;
  readonly #end: number;
  readonly #context: StorageErrorContext;
  #position: number;

  /** @param range both ends inclusive, within the file */
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
          this.destroy(new StorageError('unavailable', `the file ends ${left} bytes early`, this.#context));
          return;
        }
        this.#position += bytesRead;
        this.push(buffer.subarray(0, bytesRead));
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
