import type { ObjectInfo, PutResult } from './storage-backend.js';

/** What a write answers with, by what the store says of the object. */
export function putResult(created: boolean, { etag, versionId }: ObjectInfo): PutResult {
  return { created, ...(etag && { etag }), ...(versionId && { versionId }) };
}
