import type { ObjectState } from './object-states.js';

/** An object version as S3 lists it. */
export interface ListedObject {
  key: string;
  /** `null` where the bucket was never versioned. */
  version: string;
  /** The version that a GET without a version id returns. */
  latest: boolean;
  /** A delete marker; it has no bytes. */
  marker: boolean;
  size: number;
  /** Milliseconds. */
  modified: number;
  /** Without quotes; empty for a marker. */
  etag: string;
  storageClass: string;
}

/** What the state file is to take in. */
export interface NewObject {
  object: ListedObject;
  state: ObjectState;
}

/** An object version as the state file has it. */
export interface ObjectRow {
  bucketId: number;
  key: string;
  version: string;
  state: ObjectState;
  latest: boolean;
  size: number;
  modified: number;
  etag: string;
  storageClass: string;
  /** Below the bucket's folder; null: the plain name of the key. */
  path: string | null;
  movingFrom: string | null;
  parts: string | null;
  checksums: string | null;
  proof: string;
  sha256: string | null;
  encryption: string | null;
  contentType: string | null;
  /** User metadata and the standard headers, JSON. */
  metadata: string | null;
  error: string | null;
  restoreTier: string | null;
  restoreRequestedAt: number | null;
  restoreUntil: number | null;
  copiedAt: number | null;
  verifiedAt: number | null;
  /** Change time of its copy's file when that was last read back and right, milliseconds. */
  fileChanged: number | null;
}

/** What tells where the copy of an object version lies. */
export type ObjectPlace = Pick<ObjectRow, 'key' | 'version' | 'latest' | 'state' | 'path' | 'movingFrom'>;

export const ROW_COLUMNS =
  'bucket_id, key, version, state, latest, size, modified, etag, storage_class, path, moving_from, parts, checksums, proof, ' +
  'sha256, encryption, content_type, metadata, error, restore_tier, restore_requested_at, restore_until, copied_at, verified_at, file_changed';

type RawRow = Record<string, string | number | null> & { key: ArrayBuffer };

export function toObjectRow(raw: unknown): ObjectRow {
  const row = raw as RawRow;
  return {
    bucketId: row.bucket_id as number,
    key: Buffer.from(row.key).toString(),
    version: row.version as string,
    state: row.state as ObjectState,
    latest: row.latest === 1,
    size: row.size as number,
    modified: row.modified as number,
    etag: row.etag as string,
    storageClass: row.storage_class as string,
    path: row.path as string | null,
    movingFrom: row.moving_from as string | null,
    parts: row.parts as string | null,
    checksums: row.checksums as string | null,
    proof: row.proof as string,
    sha256: row.sha256 as string | null,
    encryption: row.encryption as string | null,
    contentType: row.content_type as string | null,
    metadata: row.metadata as string | null,
    error: row.error as string | null,
    restoreTier: row.restore_tier as string | null,
    restoreRequestedAt: row.restore_requested_at as number | null,
    restoreUntil: row.restore_until as number | null,
    copiedAt: row.copied_at as number | null,
    verifiedAt: row.verified_at as number | null,
    fileChanged: row.file_changed as number | null,
  };
}
