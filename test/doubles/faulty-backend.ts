import { Readable } from 'node:stream';
import type {
  Content,
  DeleteOptions,
  GetOptions,
  ObjectInfo,
  ObjectMeta,
} from '../../src/storage/storage-backend.js';
import type { ObjectRead, PutResult, StorageBackend } from '../../src/storage/storage-backend.js';
import { StorageError, type StorageErrorCode } from '../../src/storage/storage.errors.js';
import type { StorageKey } from '../../src/storage/storage-key.js';

export type Operation = 'put' | 'get' | 'stat' | 'delete' | 'list' | 'sweep' | 'probe';

export interface Fault {
  /** Any operation where it is missing. */
  on?: Operation;
  /** How often it strikes; without end where it is missing. */
  times?: number;
  /**
   * `before`: nothing happens. `after`: it happens, and the answer is lost. `body`: the call succeeds and its body breaks
   * half-way. `corrupt`: the body has the right length and one wrong byte.
   */
  when?: 'before' | 'after' | 'body' | 'corrupt';
  code?: StorageErrorCode;
}

/** A backend that fails on demand. Without faults it is what it wraps. */
export class FaultyBackend implements StorageBackend {
  faults: Fault[] = [];
  /** Calls that came in, by operation. */
  readonly calls: Operation[] = [];

  constructor(readonly inner: StorageBackend) {}

  get name(): string {
    return this.inner.name;
  }

  get capabilities(): StorageBackend['capabilities'] {
    return this.inner.capabilities;
  }

  /** From now on, until {@link heal}. */
  fail(fault: Fault): void {
    this.faults.push({ ...fault });
  }

  heal(): void {
    this.faults = [];
  }

  put(key: StorageKey, content: Content, meta: ObjectMeta): Promise<PutResult> {
    return this.#strike('put', key, () => this.inner.put(key, content, meta));
  }

  get(key: StorageKey, options?: GetOptions): Promise<ObjectRead> {
    return this.#strike('get', key, async (fault) => {
      const read = await this.inner.get(key, options);
      if (fault?.when === 'body') return { ...read, body: broken(read, this.#error('get', key, fault)) };
      if (fault?.when === 'corrupt') return { ...read, body: Readable.from(corrupted(read.body)) };
      return read;
    });
  }

  stat(key: StorageKey): Promise<ObjectInfo> {
    return this.#strike('stat', key, () => this.inner.stat(key));
  }

  delete(key: StorageKey, options?: DeleteOptions): Promise<void> {
    return this.#strike('delete', key, () => this.inner.delete(key, options));
  }

  async *list(options?: { prefix?: string; after?: string }): AsyncGenerator<ObjectInfo, void> {
    await this.#strike('list', undefined, async () => undefined);
    yield* this.inner.list(options);
  }

  sweep(olderThan: Date): Promise<number> {
    return this.#strike('sweep', undefined, () => this.inner.sweep(olderThan));
  }

  probe(): Promise<void> {
    return this.#strike('probe', undefined, () => this.inner.probe());
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  async #strike<T>(
    operation: Operation,
    key: StorageKey | undefined,
    call: (fault?: Fault) => Promise<T>,
  ): Promise<T> {
    this.calls.push(operation);
    const fault = this.#next(operation);
    if (fault && (fault.when ?? 'before') === 'before') throw this.#error(operation, key, fault);
    const result = await call(fault);
    if (fault?.when === 'after') throw this.#error(operation, key, fault);
    return result;
  }

  #next(operation: Operation): Fault | undefined {
    const fault = this.faults.find(({ on, times }) => (!on || on === operation) && times !== 0);
    if (fault?.times !== undefined) fault.times -= 1;
    return fault;
  }

  #error(operation: Operation, key: StorageKey | undefined, { code = 'unavailable' }: Fault): StorageError {
    return new StorageError(code, 'injected by the test', { operation, backend: this.name, key });
  }
}

function broken(read: ObjectRead, error: StorageError): Readable {
  async function* half() {
    const length = read.range.end - read.range.start + 1;
    for await (const chunk of read.body) {
      yield (chunk as Buffer).subarray(0, Math.floor(length / 2));
      break;
    }
    throw error;
  }
  return Readable.from(half(), { objectMode: false });
}

async function* corrupted(body: Readable): AsyncGenerator<Buffer> {
  let first = true;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk as Buffer);
    if (first) bytes[0] = (bytes[0] ?? 0) ^ 0xff;
    first = false;
    yield bytes;
  }
}
