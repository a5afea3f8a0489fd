import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc32c, Crc64Nvme } from '@aws-sdk/checksums/crc';

/** The algorithms S3 stores values of. */
export const ALGORITHMS = ['md5', 'sha1', 'sha256', 'crc32', 'crc32c', 'crc64nvme'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

export interface Digest {
  update(bytes: Buffer): void;
  digest(): Promise<Buffer>;
}

export function createDigest(algorithm: Algorithm): Digest {
  if (algorithm === 'crc32') {
    let value = 0;
    return {
      update(bytes) {
        value = crc32(bytes, value);
      },
      async digest() {
        const result = Buffer.alloc(4);
        result.writeUInt32BE(value);
        return result;
      },
    };
  }
  if (algorithm === 'crc32c' || algorithm === 'crc64nvme') {
    const crc = algorithm === 'crc32c' ? new Crc32c() : new Crc64Nvme();
    return { update: (bytes) => crc.update(bytes), digest: async () => Buffer.from(await crc.digest()) };
  }
  const hash = createHash(algorithm);
  return { update: (bytes) => void hash.update(bytes), digest: async () => hash.digest() };
}
