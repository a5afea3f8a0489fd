import type { ObjectInfo, PutResult } from './storage-backend.js';

/** The result of a write, from what the store says about the object. */
export function putResult(created: boolean, { etag, versionId }: ObjectInfo): PutResult {
  return { created, ...(etag && { etag }), ...(versionId && { versionId }) };
}
