import { checkedChunks, sha256Of } from '../content.js';
import { putResult } from '../put-result.js';
import type { Content, GetOptions, ObjectInfo } from '../storage-backend.js';
import type { ObjectRead, PutResult, StorageBackend } from '../storage-backend.js';
import { StorageError, unlessMissing } from '../storage.errors.js';
import type { StorageKey } from '../storage-key.js';

/** Answers every call as the store would, but writes nothing: what a write would have found is determined by reading. */
export class DryRunBackend implements StorageBackend {
  constructor(private readonly inner: StorageBackend) {}

  get name(): string {
    return this.inner.name;
  }

  get capabilities(): StorageBackend['capabilities'] {
    return this.inner.capabilities;
  }

  async put(key: StorageKey, content: Content): Promise<PutResult> {
    const context = { operation: 'put', backend: this.name, key };
    for await (const _ of checkedChunks(content, context)) continue;
    const existing = await unlessMissing(this.inner.stat(key));
    if (!existing) return { created: true };
    const same =
      existing.size === content.size && (existing.sha256 ?? (await this.#hash(key))) === content.sha256;
    if (!same) throw new StorageError('conflict', 'another file already has this key', context);
    return putResult(false, existing);
  }

  get(key: StorageKey, options?: GetOptions): Promise<ObjectRead> {
    return this.inner.get(key, options);
  }

  stat(key: StorageKey): Promise<ObjectInfo> {
    return this.inner.stat(key);
  }

  async delete(): Promise<void> {}

  list(options?: { prefix?: string; after?: string }): AsyncIterable<ObjectInfo> {
    return this.inner.list(options);
  }

  async sweep(): Promise<number> {
    return 0;
  }

  probe(): Promise<void> {
    return this.inner.probe();
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  async #hash(key: StorageKey): Promise<string> {
    return sha256Of((await this.inner.get(key)).body);
  }
}
