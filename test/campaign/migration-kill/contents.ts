import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { CertificateStore } from '../../kit/certificate-store.js';

const AT_ONCE = 8;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What lies in the bucket: each key with the SHA-256 of its bytes, by the SDK's own client. */
export async function contentsOfBucket({ bucket }: CertificateStore): Promise<Map<string, string>> {
  const contents = new Map<string, string>();
  const { admin: client, name: Bucket } = bucket;
  for await (const page of paginateListObjectsV2({ client }, { Bucket })) {
    const keys = (page.Contents ?? []).map(({ Key }) => Key as string);
    const reader = async (): Promise<void> => {
      for (let Key = keys.pop(); Key !== undefined; Key = keys.pop()) {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
        contents.set(Key, sha256((await Body?.transformToByteArray()) ?? new Uint8Array()));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, reader));
  }
  return contents;
}

/** What lies on disk, in the same form. Files that a kill left half written are not under their key, and not here. */
export function contentsOfDisk(store: CertificateStore): Map<string, string> {
  const contents = new Map<string, string>();
  for (const kind of ['pdf', 'images']) {
    const folder = join(store.config.storage.mediaRoot, kind);
    if (!existsSync(folder)) continue;
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isDirectory()) continue;
      const path = join(entry.parentPath, entry.name);
      contents.set(path.slice(store.config.storage.mediaRoot.length + 1), sha256(readFileSync(path)));
    }
  }
  return contents;
}
