import { createHash, createHmac } from 'node:crypto';
import type { SourceData } from '@smithy/types';

/** Node's own hashes, in the shape the SDK's signer asks for. */
export class Sha256 {
  private readonly hash;
  constructor(secret?: SourceData) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string);
  }
  update(data: SourceData): void {
    this.hash.update(data as string);
  }
  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }
  reset(): void {}
}
