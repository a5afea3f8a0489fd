import type { Content, ObjectMeta, ObjectRead } from './storage-backend.js';
import type { StorageKey } from './storage-key.js';

/** Where the copies of a file are; the columns of its row. */
export interface Placement {
  storedLocallyAt: Date | null;
  migratedToS3At: Date | null;
  s3Etag: string | null;
  s3VersionId: string | null;
  /** Set where the S3 copy is still owed: since when. */
  s3OwedSince: Date | null;
}

export interface StoredFile extends Placement {
  key: string;
  contentType: string;
  size: number;
  sha256: string;
}

export type Source = 'local' | 's3';

export interface OpenFile {
  source: Source;
  /** True where the preferred copy failed and this is the other one. */
  fallback: boolean;
  read: ObjectRead;
}

export interface PresignedUrl {
  url: string;
  expiresAt: Date;
}

/** Where files go and come from: chooses by flag and by location, falls back, wraps errors. */
export abstract class Storage {
  /** Places a new file as the mode says and tells where it now lies. */
  abstract place(key: StorageKey, content: Content, meta: ObjectMeta): Promise<Placement>;

  /** Opens the copy that the mode prefers, or the other one if that fails. */
  abstract open(
    file: StoredFile,
    options?: { range?: { start: number; end?: number }; signal?: AbortSignal },
  ): Promise<OpenFile>;

  /**
   * A URL from which a browser can fetch the S3 copy, or null where this file is better served through the service
   * (preferred copy is local, no S3 copy, S3 known to be down, credentials about to end).
   */
  abstract presign(
    file: StoredFile,
    options: { filename: string; disposition: 'attachment' | 'inline' },
  ): Promise<PresignedUrl | null>;

  /** Removes every copy and every version of it, wherever the configured backends may hold one. */
  abstract remove(key: StorageKey): Promise<void>;

  /** Throws a StorageError that says which store can't be used now. */
  abstract probe(): Promise<void>;

  abstract close(): Promise<void>;
}
