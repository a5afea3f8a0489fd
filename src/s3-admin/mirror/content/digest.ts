import { createHash, hash } from 'node:crypto';
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
  const hashing = createHash(algorithm);
  return { update: (bytes) => void hashing.update(bytes), digest: async () => hashing.digest() };
}

/** Of bytes that are there at once, which may change when this returns. @returns hex */
export async function digestOf(algorithm: Algorithm, bytes: Buffer): Promise<string> {
  if (algorithm === 'md5' || algorithm === 'sha1' || algorithm === 'sha256')
    return hash(algorithm, bytes, 'hex');
  const digest = createDigest(algorithm);
  digest.update(bytes);
  return (await digest.digest()).toString('hex');
}
