import type { ObjectState } from './object-states.js';

/** Columns of `objects` that change, by their names in the file. */
export type ColumnValues = Partial<{
  /** Only of a copy that is set aside: the bucket has another object of its name. */
  version: string;
  state: ObjectState;
  latest: number;
  size: number;
  modified: number;
  etag: string;
  storage_class: string;
  path: string | null;
  moving_from: string | null;
  parts: string | null;
  checksums: string | null;
  proof: string;
  sha256: string | null;
  encryption: string | null;
  content_type: string | null;
  metadata: string | null;
  error: string | null;
  restore_tier: string | null;
  restore_requested_at: number | null;
  restore_until: number | null;
  copied_at: number | null;
  verified_at: number | null;
  file_changed: number | null;
}>;
