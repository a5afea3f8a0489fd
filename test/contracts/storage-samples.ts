import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { ObjectMeta, StorageBackend } from '../../src/storage/storage-backend.js';
import type { StorageKey } from '../../src/storage/storage-key.js';

export const META: ObjectMeta = {
  contentType: 'application/pdf',
  filename: 'certificate-0a1b2c3d.pdf',
  tags: { tournament_id: '42', placement: '1', generated_at: '2024-05-06T07:08:09Z' },
};

/** @throws what the stream ends with */
export async function readAll(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export async function readKey(backend: StorageBackend, key: StorageKey): Promise<Buffer> {
  return readAll((await backend.get(key)).body);
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
