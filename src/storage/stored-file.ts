import type { ObjectRead } from './storage-backend.js';

/** Where the copies of a file are: the columns of its row. */
export interface Placement {
  storedLocallyAt: Date | null;
  migratedToS3At: Date | null;
  s3Etag: string | null;
  s3VersionId: string | null;
  /** Set if the S3 copy is still owed: since when. */
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
  /** True if the preferred copy failed and this is the other one. */
  fallback: boolean;
  read: ObjectRead;
}

export interface PresignedUrl {
  url: string;
  /** By the clock of the server that will judge it, which need not be ours. */
  expiresAt: Date;
  secondsLeft: number;
}
