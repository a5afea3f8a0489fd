import type { Content, DeleteOptions, GetOptions, ObjectInfo, ObjectMeta } from '../storage-backend.js';
import type { ObjectRead, PutResult, StorageBackend } from '../storage-backend.js';
import { isStorageError } from '../storage.errors.js';
import type { StorageKey } from '../storage-key.js';
import type { StorageObserver } from '../storage-observer.js';

/** Reports to the observer how every call ended and how long it took. */
export class ObservedBackend implements StorageBackend {
  readonly #inner: StorageBackend;
  readonly #observer: StorageObserver;

  constructor(inner: StorageBackend, observer: StorageObserver) {
    this.#inner = inner;
    this.#observer = observer;
  }

  get name(): string {
    return this.#inner.name;
  }

  get capabilities(): StorageBackend['capabilities'] {
    return this.#inner.capabilities;
  }

  put(key: StorageKey, content: Content, meta: ObjectMeta): Promise<PutResult> {
    return this.#timed('put', () => this.#inner.put(key, content, meta));
  }

  get(key: StorageKey, options?: GetOptions): Promise<ObjectRead> {
    return this.#timed('get', () => this.#inner.get(key, options));
  }

  stat(key: StorageKey): Promise<ObjectInfo> {
    return this.#timed('stat', () => this.#inner.stat(key));
  }

  delete(key: StorageKey, options?: DeleteOptions): Promise<void> {
    return this.#timed('delete', () => this.#inner.delete(key, options));
  }

  /** Timed to its end, the consumer's own time included. */
  async *list(options?: { prefix?: string; after?: string }): AsyncGenerator<ObjectInfo, void> {
    const report = this.#start('list');
    try {
      yield* this.#inner.list(options);
      report();
    } catch (error) {
      report(error);
      throw error;
    }
  }

  sweep(olderThan: Date): Promise<number> {
    return this.#timed('sweep', () => this.#inner.sweep(olderThan));
  }

  probe(): Promise<void> {
    return this.#timed('probe', () => this.#inner.probe());
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  async #timed<T>(operation: string, call: () => Promise<T>): Promise<T> {
    const report = this.#start(operation);
    try {
      const result = await call();
      report();
      return result;
    } catch (error) {
      report(error);
      throw error;
    }
  }

  #start(operation: string): (error?: unknown) => void {
    const started = performance.now();
    return (error) => {
      const outcome = error === undefined ? 'ok' : isStorageError(error) ? error.code : 'internal';
      this.#observer.operation(this.name, operation, outcome, (performance.now() - started) / 1000);
    };
  }
}
