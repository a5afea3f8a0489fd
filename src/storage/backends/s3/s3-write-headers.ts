import { create as contentDisposition } from 'content-disposition';
import type { S3Config } from '../../../config/config.js';
import type { ObjectMeta } from '../../storage-backend.js';

/**
 * What every object of ours is written with. No ACL: without one an object is private, and a bucket that has ACLs
 * switched off, as new ones have, refuses requests that name one.
 */
export function writeHeaders(config: S3Config, meta: ObjectMeta) {
  const { tournament_id, placement, generated_at } = meta.tags;
  return {
    ContentType: meta.contentType,
    ContentDisposition: contentDisposition(meta.filename),
    CacheControl: 'private, max-age=600',
    Tagging: new URLSearchParams({ tournament_id, placement, generated_at }).toString(),
    ServerSideEncryption: config.encryption,
    ...(config.kmsKeyId && { SSEKMSKeyId: config.kmsKeyId }),
  };
}
