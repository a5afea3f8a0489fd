import type { Readable } from 'node:stream';
import type { ByteRange } from './range.js';
import type { StorageKey } from './storage-key.js';

/**
 * The contract of a place that stores files. The comments are the specification; `test/contracts/` runs it on every
 * backend and every decorator.
 *
 * Rules for all methods:
 * - Failures are {@link StorageError}s; nothing else is thrown, and nothing is swallowed.
 * - Nothing half-done is ever visible: a key either has all its bytes or does not exist.
 * - Methods may be called concurrently, even for the same key and from several processes.
 */
export interface StorageBackend {
  /** For metrics, logs and error contexts: `local`, `s3`, `memory`. A decorator keeps the name of what it wraps. */
  readonly name: string;
  readonly capabilities: StorageCapabilities;

  /**
   * Stores the content under the key. Resolves only when the bytes are durable (they survive a power cut) and known to
   * be those whose SHA-256 was promised.
   *
   * Never overwrites. If the key holds the same bytes already, that is success with `created: false` (a retry, or a run
   * that was killed after it stored); if it has others, `conflict`.
   *
   * @throws StorageError `checksum_mismatch` (content differs from its sha256 or size: nothing stored), `conflict`,
   *   `no_space`, or any outage code.
   */
  put(key: StorageKey, content: Content, meta: ObjectMeta): Promise<PutResult>;

  /**
   * Opens the object for reading. The body ends with an error, never short, if the bytes stop early. The caller must
   * read the body to its end or destroy it.
   *
   * @param options.range bytes from `start` to `end`, both inclusive, both checked against the size; `end` beyond the
   *   end is clipped.
   * @throws StorageError `not_found`, `range_not_satisfiable`, `archived`, `changed` (not the version asked for), or
   *   any outage code.
   */
  get(key: StorageKey, options?: GetOptions): Promise<ObjectRead>;

  /** What is known about the object without reading it. @throws StorageError `not_found` or any outage code. */
  stat(key: StorageKey): Promise<ObjectInfo>;

  /**
   * Removes the object; succeeds if there was none. With `versions: 'all'` nothing of it remains: every version and
   * delete marker goes. With `recorded`, a store that notices that it is not the one that had the object, because its
   * disk is not mounted, throws. @throws StorageError any outage code.
   */
  delete(key: StorageKey, options?: DeleteOptions): Promise<void>;

  /**
   * All objects whose key begins with the prefix, in ascending byte order of the key, as a stream that never holds the
   * whole listing. Names that are not certificate keys are skipped. Any error ends the iteration by throwing: a listing
   * that ends normally is complete.
   */
  list(options?: { prefix?: string; after?: string }): AsyncIterable<ObjectInfo>;

  /**
   * Removes what interrupted writes left behind that is not an object, and so in no listing: temporary files, unfinished
   * multipart uploads.
   * @param olderThan only what was last modified before this; anything newer may be in use @returns how many were
   * removed
   */
  sweep(olderThan: Date): Promise<number>;

  /** A cheap check that the store can be used now (readiness). @throws StorageError saying what is wrong. */
  probe(): Promise<void>;

  /** Frees sockets and timers. The backend is not used afterwards. */
  close(): Promise<void>;
}

export interface StorageCapabilities {
  /** Can hand out URLs that clients fetch from directly. */
  presign: boolean;
  /** Deleting may leave older versions behind. */
  versions: boolean;
  /** Objects may be in an archive class and need a restore before they can be read. */
  archive: boolean;
}

/** Bytes that can be opened more than once, because a failed attempt starts again from the beginning. */
export interface Content {
  /** Bytes. */
  size: number;
  /** Hex, of all bytes. */
  sha256: string;
  open(): Readable | Promise<Readable>;
}

export interface ObjectMeta {
  contentType: string;
  /** The file name that browsers save it under. Never a person's name. */
  filename: string;
  /** Object tags; exactly these. No personal data. */
  tags: { tournament_id: string; placement: string; generated_at: string };
}

export interface PutResult {
  /** False if the same bytes were there already. */
  created: boolean;
  /** As the server gave it, without quotes. */
  etag?: string;
  versionId?: string;
}

export interface GetOptions {
  range?: ByteRange;
  /** Only this version of the bytes, by ETag; otherwise `changed`. */
  ifMatch?: string;
  /** Ends the read: the body is destroyed with `aborted`. */
  signal?: AbortSignal;
  /** Memory into which a backend may read a body that fits. It belongs to the caller, who may use it again once the body has ended. */
  into?: Buffer;
}

export interface DeleteOptions {
  versions?: 'current' | 'all';
  /** A row says that the object is there. */
  recorded?: boolean;
}

export interface ObjectRead {
  info: ObjectInfo;
  /** The bytes in the body, inclusive; the whole object if no range was requested. */
  range: { start: number; end: number };
  body: Readable;
}

export interface ObjectInfo {
  key: StorageKey;
  /** Bytes. */
  size: number;
  modifiedAt: Date;
  etag?: string;
  versionId?: string;
  /** Hex; only if the store itself vouches for it. */
  sha256?: string;
  /** True if it must be restored before it can be read. */
  archived?: boolean;
}
