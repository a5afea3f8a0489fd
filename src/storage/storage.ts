import { finished } from 'node:stream/promises';
import type { StorageMode } from '../config/config.js';
import type { Archive } from './archive.js';
import { storedContent } from './content.js';
import { CircuitBreaker } from './decorators/circuit-breaker.js';
import { type Links, presign } from './linking.js';
import { inS3, type Place, placer } from './placing.js';
import type { ByteRange } from './range.js';
import { copiesOf, openCopy } from './reading.js';
import type { Content, ObjectMeta, StorageBackend } from './storage-backend.js';
import type { StorageBackends } from './storage-backends.js';
import { StorageError } from './storage.errors.js';
import { archiveKey, parseKey, type StorageKey } from './storage-key.js';
import type { StorageObserver } from './storage-observer.js';
import type { FileLink } from './url-signer.js';
import type { OpenFile, Placement, PresignedUrl, Source, StoredFile } from './stored-file.js';

export type { OpenFile, Placement, PresignedUrl, Source, StoredFile } from './stored-file.js';

/** Stores and reads files: chooses the store by flag and location, and falls back to the other one. */
export class Storage {
  readonly #mode: StorageMode;
  readonly #observer: StorageObserver;
  readonly #local: StorageBackend;
  /** Behind a circuit breaker, so that an outage costs each call milliseconds. */
  readonly #s3: CircuitBreaker | undefined;
  readonly #archive: Archive | undefined;
  readonly #links: Links | undefined;
  readonly #place: Place;

  /** @throws StorageError `misconfigured` if the mode needs S3 and there is none */
  constructor(mode: StorageMode, backends: StorageBackends, observer: StorageObserver) {
    const { local, s3, archive, signer } = backends;
    this.#mode = mode;
    this.#observer = observer;
    this.#local = local;
    this.#s3 = s3 && new CircuitBreaker(s3, observer);
    this.#archive = archive;
    this.#links = this.#s3 && signer && { s3: this.#s3, signer, archive };
    this.#place = placer(mode, local, this.#s3, observer);
  }

  /**
   * Places a new file as the mode says, and returns where it is.
   * @throws StorageError as `put` does; then no copy counts as placed, though a write that timed out may still land
   */
  place(key: StorageKey, content: Content, meta: ObjectMeta): Promise<Placement> {
    return this.#place(key, content, meta);
  }

  /**
   * Opens the copy that the mode prefers, or the other one if that fails or is not the file that was issued.
   * @throws StorageError `not_found` where no copy exists; `archived` where the only one left must be restored first,
   *   which is then asked for; `range_not_satisfiable`, `aborted`; otherwise what kept the copies from being read
   */
  open(file: StoredFile, options: { range?: ByteRange; signal?: AbortSignal } = {}): Promise<OpenFile> {
    const stores = { local: this.#local, s3: this.#s3, archive: this.#archive };
    return openCopy(stores, copiesOf(file, this.#mode), file, options, this.#observer);
  }

  /**
   * A URL from which a browser can fetch the S3 copy, or null where this file is better served through the service
   * (preferred copy is local, no S3 copy, credentials about to end; S3 known to be down or archived, but also local).
   * @throws StorageError as {@link open}, where S3 is known to be down or has archived the only copy
   */
  async presign(file: StoredFile, link: Omit<FileLink, 'contentType'>): Promise<PresignedUrl | null> {
    const [preferred, other] = copiesOf(file, this.#mode);
    if (preferred !== 's3' || !this.#links) return null;
    return presign(this.#links, file, link, other !== undefined, this.#observer);
  }

  /**
   * Makes the S3 copy that is owed, or that a backfill wants, from the local one, checked against the row. Harmless to
   * repeat.
   * @returns the row's new columns
   * @throws StorageError `not_found` or `checksum_mismatch` where the local copy is missing or corrupt; otherwise as
   * `put`
   */
  async payOwed(file: StoredFile, meta: ObjectMeta): Promise<Placement> {
    const key = parseKey(file.key);
    if (!this.#s3) throw noBucket(key);
    const result = await this.#s3.put(key, storedContent(this.#local, file), meta);
    return { storedLocallyAt: file.storedLocallyAt, ...inS3(result) };
  }

  /**
   * Reads one copy whole and compares its SHA-256. Requests no restore and tries no other copy.
   * @throws StorageError `checksum_mismatch` where it has other bytes; otherwise what kept it from being read
   */
  async verifyCopy(file: StoredFile, source: Source): Promise<void> {
    const stores = { local: this.#local, s3: this.#s3 };
    const { read } = await openCopy(stores, [source], file, {}, this.#observer);
    await finished(read.body.resume());
  }

  /**
   * Removes every copy and all its versions from all configured backends, including an archived local copy.
   * @param where what its row says, so that no copy is forgotten because no bucket is configured or no disk mounted
   * @throws StorageError of the first store that failed, after all were tried
   */
  async remove(
    key: StorageKey,
    where?: Pick<Placement, 'storedLocallyAt' | 'migratedToS3At' | 's3OwedSince'>,
  ): Promise<void> {
    // An owed copy may be there: of an upload that failed, the answer may be all that was lost.
    if ((where?.migratedToS3At ?? where?.s3OwedSince) && !this.#s3) throw noBucket(key);
    const s3 = this.#s3;
    const outcomes = await Promise.allSettled([
      this.#local.delete(key, { recorded: Boolean(where?.storedLocallyAt) }),
      ...(s3 ? [key, archiveKey(key)].map((copy) => s3.delete(copy, { versions: 'all' })) : []),
    ]);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  /**
   * Removes what writes killed before `olderThan` left in the stores.
   * @returns how many temporary files and unfinished uploads that was
   */
  async sweep(olderThan: Date): Promise<number> {
    const counts = await Promise.all(this.#stores().map((store) => store.sweep(olderThan)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Throws a StorageError if the store that new files need can't be used now: S3 in mode `true`, else local. */
  async probe(): Promise<void> {
    await (this.#mode === 'true' && this.#s3 ? this.#s3 : this.#local).probe();
  }

  async close(): Promise<void> {
    await Promise.all(this.#stores().map((store) => store.close()));
  }

  #stores(): StorageBackend[] {
    return this.#s3 ? [this.#local, this.#s3] : [this.#local];
  }
}

function noBucket(key: StorageKey): StorageError {
  const message = 'the file may be in S3, but no bucket is configured: set AWS_STORAGE_BUCKET_NAME';
  return new StorageError('misconfigured', message, { operation: 'open', backend: 's3', key });
}
