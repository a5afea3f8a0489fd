import { Readable } from 'node:stream';
import { StorageError, type StorageErrorContext } from './storage.errors.js';

export interface BodyLimits {
  /** Longest silence while bytes are wanted, milliseconds. A slow consumer is not the server's silence. */
  idleMs: number;
  /** Longest time for the whole body, milliseconds. */
  wholeMs: number;
}

/**
 * A body that comes over the network: ends with a {@link StorageError} if it is cut short, too long, silent or too slow,
 * and destroys the connection under it when it is destroyed itself.
 */
export class ResponseBody extends Readable {
  readonly #source: Readable;
  readonly #left: { bytes: number };
  readonly #limits: BodyLimits;
  readonly #context: StorageErrorContext;
  readonly #whole: NodeJS.Timeout;
  #idle: NodeJS.Timeout | undefined;

  /** @param length bytes that must come */
  constructor(source: Readable, length: number, limits: BodyLimits, context: StorageErrorContext) {
    super({ highWaterMark: 256 * 1024 });
    this.#source = source;
    this.#left = { bytes: length };
    this.#limits = limits;
    this.#context = context;
    this.#whole = setTimeout(() => {
      this.#fail('timeout', `the transfer took longer than ${limits.wholeMs / 1000} s`);
    }, limits.wholeMs).unref();
    source.on('error', (cause) =>
      this.#fail('unavailable', 'the connection broke during the transfer', cause),
    );
    source.on('close', () => this.#fail('unavailable', 'the connection closed during the transfer'));
    source.on('end', () => this.#ended());
    source.on('data', (chunk: Buffer) => this.#arrived(chunk));
    source.pause();
  }

  override _read(): void {
    this.#idle ??= setTimeout(() => {
      this.#fail('timeout', `the server sent nothing for ${this.#limits.idleMs / 1000} s`);
    }, this.#limits.idleMs).unref();
    this.#source.resume();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#whole);
    this.#stopIdle();
    this.#source.destroy();
    done(error);
  }

  #arrived(chunk: Buffer): void {
    if (this.destroyed) return;
    this.#left.bytes -= chunk.length;
    if (this.#left.bytes < 0) {
      this.#fail('unavailable', 'the server sent more bytes than it announced');
    } else if (this.push(chunk)) {
      this.#idle?.refresh();
    } else {
      this.#stopIdle();
      this.#source.pause();
    }
  }

  #ended(): void {
    if (this.#left.bytes > 0) {
      this.#fail('unavailable', `the body ended ${this.#left.bytes} bytes early`);
      return;
    }
    this.#stopIdle();
    if (!this.destroyed) this.push(null);
  }

  #stopIdle(): void {
    clearTimeout(this.#idle);
    this.#idle = undefined;
  }

  #fail(code: 'timeout' | 'unavailable', message: string, cause?: unknown): void {
    if (this.destroyed || this.readableEnded || this.#isWhole) return;
    this.destroy(new StorageError(code, message, this.#context, { cause }));
  }

  /** Everything arrived; the consumer may still be busy with it. */
  get #isWhole(): boolean {
    return this.#left.bytes === 0 && this.#source.readableEnded;
  }
}
