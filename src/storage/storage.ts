import type { StorageMode } from '../config/config.js';
import type { ByteRange } from './range.js';
import type { Content, ObjectMeta, StorageBackend } from './storage-backend.js';
import type { StorageBackends } from './storage-backends.js';
import { isStorageError, StorageError, type StorageErrorCode } from './storage.errors.js';
import { parseKey, type StorageKey } from './storage-key.js';
import type { StorageObserver } from './storage-observer.js';
import type { OpenFile, Placement, PresignedUrl, Source, StoredFile } from './stored-file.js';
import { verifiedRead } from './verified-read.js';

export type { OpenFile, Placement, PresignedUrl, Source, StoredFile } from './stored-file.js';

/** Which copy is read first. */
const PREFERRED: Record<StorageMode, Source> = { false: 'local', dual: 'local', true: 's3' };

/** Not the copy's fault: the other copy would answer the same. */
const ENDS_READING: ReadonlySet<StorageErrorCode> = new Set(['range_not_satisfiable', 'aborted']);

/** Where files go and come from: chooses by flag and by location, falls back, wraps errors. */
export class Storage {
  readonly #mode: StorageMode;
  readonly #backends: StorageBackends;
  readonly #observer: StorageObserver;

  constructor(mode: StorageMode, backends: StorageBackends, observer: StorageObserver) {
    this.#mode = mode;
    this.#backends = backends;
    this.#observer = observer;
  }

  /**
   * Places a new file as the mode says and tells where it now lies.
   * @throws StorageError as {@link StorageBackend.put} does; then nothing was placed, or nothing that could still be
   *   removed: the sweep finds the rest
   */
  async place(key: StorageKey, content: Content, meta: ObjectMeta): Promise<Placement> {
    await this.#backends.local.put(key, content, meta);
    return {
      storedLocallyAt: new Date(),
      migratedToS3At: null,
      s3Etag: null,
      s3VersionId: null,
      s3OwedSince: null,
    };
  }

  /**
   * Opens the copy that the mode prefers, or the other one if that fails or is damaged: see {@link verifiedRead}.
   * @throws StorageError `not_found` where no copy exists, `range_not_satisfiable`, `aborted`, otherwise what kept the
   *   last copy from being read
   */
  async open(file: StoredFile, options: { range?: ByteRange; signal?: AbortSignal } = {}): Promise<OpenFile> {
    const key = parseKey(file.key);
    const copies = this.#copiesOf(file);
    let failure: StorageError | undefined;
    for (const [index, source] of copies.entries()) {
      try {
        const read = await verifiedRead(this.#backend(source, key), file, options);
        return { source, fallback: index > 0, read };
      } catch (error) {
        if (!isStorageError(error) || ENDS_READING.has(error.code)) throw error;
        failure = failure && !error.outage ? failure : error;
        const next = copies[index + 1];
        if (next) this.#observer.fallback(source, next, error);
      }
    }
    throw failure ?? new StorageError('not_found', 'no copy of this file exists', { operation: 'open', key });
  }

  /**
   * A URL from which a browser can fetch the S3 copy, or null where this file is better served through the service
   * (preferred copy is local, no S3 copy, S3 known to be down, credentials about to end).
   */
  async presign(
    _file: StoredFile,
    _options: { filename: string; disposition: 'attachment' | 'inline' },
  ): Promise<PresignedUrl | null> {
    return null;
  }

  /**
   * Removes every copy and every version of it, wherever the configured backends may hold one.
   * @throws StorageError of the first store that failed, after all were tried
   */
  async remove(key: StorageKey): Promise<void> {
    const outcomes = await Promise.allSettled(
      this.#stores().map((store) => store.delete(key, { versions: 'all' })),
    );
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  /**
   * Clears away what writes killed before `olderThan` left in the stores.
   * @returns how many temporary files and unfinished uploads that was
   */
  async sweep(olderThan: Date): Promise<number> {
    const counts = await Promise.all(this.#stores().map((store) => store.sweep(olderThan)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Throws a StorageError that says which store can't be used now. */
  async probe(): Promise<void> {
    await this.#backends.local.probe();
  }

  async close(): Promise<void> {
    await Promise.all(this.#stores().map((store) => store.close()));
  }

  #stores(): StorageBackend[] {
    return [this.#backends.local, this.#backends.s3].filter((store) => store !== undefined);
  }

  /** The copies that exist by the file's row, the preferred one first. */
  #copiesOf(file: StoredFile): Source[] {
    const sources: Source[] = PREFERRED[this.#mode] === 'local' ? ['local', 's3'] : ['s3', 'local'];
    return sources.filter((source) => (source === 'local' ? file.storedLocallyAt : file.migratedToS3At));
  }

  #backend(source: Source, key: StorageKey): StorageBackend {
    const backend = this.#backends[source];
    if (backend) return backend;
    throw new StorageError(
      'misconfigured',
      'the file lies in S3, but no bucket is configured: set AWS_STORAGE_BUCKET_NAME',
      { operation: 'open', backend: source, key },
    );
  }
}
