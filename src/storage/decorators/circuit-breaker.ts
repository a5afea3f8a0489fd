import type { Content, DeleteOptions, GetOptions, ObjectInfo, ObjectMeta } from '../storage-backend.js';
import type { ObjectRead, PutResult, StorageBackend } from '../storage-backend.js';
import { isStorageError, StorageError, type StorageErrorCode } from '../storage.errors.js';
import type { StorageKey } from '../storage-key.js';
import type { StorageObserver } from '../storage-observer.js';
import { Circuit, type CircuitTiming } from './circuit.js';

/** Failures that any other call would have too. A denied or throttled call says that the store answers. */
const TRIPS: ReadonlySet<StorageErrorCode> = new Set([
  'unavailable',
  'timeout',
  'bad_credentials',
  'misconfigured',
]);

/**
 * Refuses calls at once while the store is known to be down, so that an outage costs a request milliseconds instead of a
 * time limit. `probe` finds out in the background whether it is back: no request waits for that.
 */
export class CircuitBreaker implements StorageBackend {
  readonly #inner: StorageBackend;
  readonly #circuit: Circuit;

  constructor(inner: StorageBackend, observer: StorageObserver, timing?: CircuitTiming) {
    this.#inner = inner;
    this.#circuit = new Circuit(
      () => this.#whyDown(),
      (state, error) => observer.circuit(inner.name, state, error),
      timing,
    );
  }

  get name(): string {
    return this.#inner.name;
  }

  get capabilities(): StorageBackend['capabilities'] {
    return this.#inner.capabilities;
  }

  /**
   * For callers that hand out the store's address without calling it: what is wrong while it is known to be down. If
   * nothing was heard from it for a while, it is probed in the background.
   */
  get outage(): StorageError | undefined {
    this.#circuit.askIfStale();
    return this.#circuit.failure;
  }

  put(key: StorageKey, content: Content, meta: ObjectMeta): Promise<PutResult> {
    return this.#guarded('put', key, () => this.#inner.put(key, content, meta));
  }

  get(key: StorageKey, options?: GetOptions): Promise<ObjectRead> {
    return this.#guarded('get', key, () => this.#inner.get(key, options));
  }

  stat(key: StorageKey): Promise<ObjectInfo> {
    return this.#guarded('stat', key, () => this.#inner.stat(key));
  }

  delete(key: StorageKey, options?: DeleteOptions): Promise<void> {
    return this.#guarded('delete', key, () => this.#inner.delete(key, options));
  }

  /** A listing is long background work: it is refused while the store is down, but its failure does not open the circuit. */
  async *list(options?: { prefix?: string; after?: string }): AsyncGenerator<ObjectInfo, void> {
    this.#refuseIfOpen('list');
    yield* this.#inner.list(options);
  }

  sweep(olderThan: Date): Promise<number> {
    return this.#guarded('sweep', undefined, () => this.#inner.sweep(olderThan));
  }

  /** Always asks, and judges by the answer. */
  async probe(): Promise<void> {
    try {
      await this.#inner.probe();
      this.#circuit.succeeded();
    } catch (error) {
      if (trips(error)) this.#circuit.open(error);
      throw error;
    }
  }

  close(): Promise<void> {
    this.#circuit.stop();
    return this.#inner.close();
  }

  async #guarded<T>(operation: string, key: StorageKey | undefined, call: () => Promise<T>): Promise<T> {
    this.#refuseIfOpen(operation, key);
    try {
      const result = await call();
      this.#circuit.succeeded();
      return result;
    } catch (error) {
      if (trips(error)) this.#circuit.failed(error);
      throw error;
    }
  }

  #refuseIfOpen(operation: string, key?: StorageKey): void {
    const { failure } = this.#circuit;
    if (!failure) return;
    const message = `${this.name} counts as down until it answers again: ${failure.message}`;
    const context = { operation, backend: this.name, ...(key && { key }) };
    throw new StorageError(failure.code, message, context, { cause: failure });
  }

  /** An error that does not trip the circuit is an answer, so the store works. */
  async #whyDown(): Promise<StorageError | undefined> {
    try {
      await this.#inner.probe();
      return undefined;
    } catch (error) {
      return trips(error) ? error : undefined;
    }
  }
}

function trips(error: unknown): error is StorageError {
  return isStorageError(error) && TRIPS.has(error.code);
}
