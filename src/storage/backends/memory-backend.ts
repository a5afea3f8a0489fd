import { randomUUID } from 'node:crypto';
import { abortWith, checkAborted } from '../abort.js';
import { bytesBody, checkedBytes } from '../content.js';
import { resolveRange } from '../range.js';
import type {
  Content,
  GetOptions,
  ObjectInfo,
  ObjectRead,
  PutResult,
  StorageBackend,
} from '../storage-backend.js';
import { StorageError } from '../storage.errors.js';
import type { StorageKey } from '../storage-key.js';

interface Entry {
  bytes: Buffer;
  info: ObjectInfo;
}

/** Keeps objects in this process; for tests and for the contract itself. */
export class MemoryBackend implements StorageBackend {
  readonly name: string = 'memory';
  readonly capabilities = { presign: false, versions: false, archive: false };
  readonly #entries = new Map<StorageKey, Entry>();

  async put(key: StorageKey, content: Content): Promise<PutResult> {
    const context = this.#context('put', key);
    // Its own copy: the caller may use the memory again.
    const bytes = Buffer.from(await checkedBytes(content, context));
    const existing = this.#entries.get(key);
    if (existing) {
      if (existing.info.sha256 !== content.sha256) {
        throw new StorageError('conflict', 'another file already has this key', context);
      }
      return { created: false, etag: existing.info.etag };
    }
    const etag = randomUUID();
    const info = { key, size: bytes.length, modifiedAt: new Date(), etag, sha256: content.sha256 };
    this.#entries.set(key, { bytes, info });
    return { created: true, etag };
  }

  async get(key: StorageKey, options: GetOptions = {}): Promise<ObjectRead> {
    const context = this.#context('get', key);
    checkAborted(options.signal, context);
    const { bytes, info } = this.#entry(key, 'get');
    if (options.ifMatch !== undefined && options.ifMatch !== info.etag) {
      throw new StorageError(
        'changed',
        `the object has changed; its ETag is no longer ${options.ifMatch}`,
        context,
      );
    }
    const range = resolveRange(options.range, bytes.length, context);
    const part = bytes.subarray(range.start, range.end + 1);
    const body = bytesBody(part);
    return { info, range, body: abortWith(body, options.signal, context) };
  }

  async stat(key: StorageKey): Promise<ObjectInfo> {
    return this.#entry(key, 'stat').info;
  }

  async delete(key: StorageKey): Promise<void> {
    this.#entries.delete(key);
  }

  async *list({ prefix = '', after = '' } = {}): AsyncGenerator<ObjectInfo, void> {
    const keys = [...this.#entries.keys()].filter((key) => key.startsWith(prefix) && key > after);
    for (const key of keys.sort()) {
      const entry = this.#entries.get(key);
      if (entry) yield entry.info;
    }
  }

  async sweep(): Promise<number> {
    return 0;
  }

  async probe(): Promise<void> {}

  async close(): Promise<void> {}

  #entry(key: StorageKey, operation: string): Entry {
    const entry = this.#entries.get(key);
    if (!entry) throw new StorageError('not_found', 'no object with this key', this.#context(operation, key));
    return entry;
  }

  #context(operation: string, key: StorageKey): { operation: string; backend: string; key: string } {
    return { operation, backend: this.name, key };
  }
}
