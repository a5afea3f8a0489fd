import { create as contentDisposition } from 'content-disposition';
import type { S3Config } from '../../../config/config.js';
import type { ObjectMeta } from '../../storage-backend.js';

type WriteHeaders = ReturnType<typeof writeHeaders>;

/** The SDK's names as they go over the wire. */
const ON_THE_WIRE: Record<keyof WriteHeaders, string> = {
  ContentType: 'content-type',
  ContentDisposition: 'content-disposition',
  CacheControl: 'cache-control',
  Tagging: 'x-amz-tagging',
  ServerSideEncryption: 'x-amz-server-side-encryption',
  SSEKMSKeyId: 'x-amz-server-side-encryption-aws-kms-key-id',
};

export function onTheWire(headers: WriteHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [ON_THE_WIRE[name as keyof WriteHeaders], value]),
  );
}

/**
 * What every one of our objects is written with. No ACL: without one an object is private, and a bucket that has ACLs
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
