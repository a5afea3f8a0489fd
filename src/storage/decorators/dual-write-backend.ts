import type { Content, DeleteOptions, GetOptions, ObjectInfo, ObjectMeta } from '../storage-backend.js';
import type { ObjectRead, PutResult, StorageBackend } from '../storage-backend.js';
import { isStorageError, StorageError } from '../storage.errors.js';
import type { StorageKey } from '../storage-key.js';
import { mergeListings } from './merge-listings.js';

export interface DualPutResult extends PutResult {
  /** The second store's result, or why it has no copy yet. */
  second: PutResult | StorageError;
}

/**
 * Keeps every object in two stores. The first one counts: what it refuses is not stored. The second one's copy may be
 * missing for a while; a write that fails there still succeeds and says so, and the writer owes the copy.
 */
export class DualWriteBackend implements StorageBackend {
  readonly #first: StorageBackend;
  readonly #second: StorageBackend;

  constructor(first: StorageBackend, second: StorageBackend) {
    this.#first = first;
    this.#second = second;
  }

  get name(): string {
    return this.#first.name;
  }

  get capabilities(): StorageBackend['capabilities'] {
    return this.#first.capabilities;
  }

  async put(key: StorageKey, content: Content, meta: ObjectMeta): Promise<DualPutResult> {
    const first = await this.#first.put(key, content, meta);
    try {
      return { ...first, second: await this.#second.put(key, content, meta) };
    } catch (error) {
      if (!isStorageError(error)) throw error;
      return { ...first, second: error };
    }
  }

  /** From the second store if the first one fails. */
  async get(key: StorageKey, options?: GetOptions): Promise<ObjectRead> {
    return this.#orSecond((store) => store.get(key, options));
  }

  async stat(key: StorageKey): Promise<ObjectInfo> {
    return this.#orSecond((store) => store.stat(key));
  }

  /** From both; fails if either fails, after both were tried. */
  async delete(key: StorageKey, options?: DeleteOptions): Promise<void> {
    const outcomes = await Promise.allSettled([
      this.#first.delete(key, options),
      this.#second.delete(key, options),
    ]);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  /** What either has, once; if both do, as the first one lists it. */
  list(options?: { prefix?: string; after?: string }): AsyncIterable<ObjectInfo> {
    return mergeListings(this.#first.list(options), this.#second.list(options));
  }

  async sweep(olderThan: Date): Promise<number> {
    const [first, second] = await Promise.all([this.#first.sweep(olderThan), this.#second.sweep(olderThan)]);
    return first + second;
  }

  /** The second store may be down: writes succeed without it. */
  probe(): Promise<void> {
    return this.#first.probe();
  }

  async close(): Promise<void> {
    await Promise.all([this.#first.close(), this.#second.close()]);
  }

  async #orSecond<T>(read: (store: StorageBackend) => Promise<T>): Promise<T> {
    try {
      return await read(this.#first);
    } catch (error) {
      const elsewhere = isStorageError(error) && (error.outage || error.code === 'not_found');
      if (!elsewhere) throw error;
      return await read(this.#second).catch((second: unknown) => {
        throw isStorageError(second, 'not_found') ? error : second;
      });
    }
  }
}
