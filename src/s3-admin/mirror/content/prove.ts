import type { Comparison } from './comparisons.js';
import { createDigest } from './digest.js';
import type { Hasher } from './hasher.js';

export type Proof =
  /** The bytes have this value of S3's. `parts`: the layout that showed it. */
  | { outcome: 'same'; proof: string; parts?: number[] }
  /** The bytes have another value than S3's. */
  | { outcome: 'different'; proof: string; expected: string; found: string }
  /** S3 has nothing to compare the bytes with. */
  | { outcome: 'unknown' };

export interface FileToProve {
  file: string;
  size: number;
}

/**
 * Compares a file with one of S3's values of the whole object.
 */
export async function proveWhole({ file, size }: FileToProve, c: Comparison, hasher: Hasher): Promise<Proof> {
  const found = await hasher.hash({ file, start: 0, end: size, algorithm: c.algorithm });
  return verdict(c, found);
}

/** Compares a file with a value made of its parts' values. @param parts sizes, in order */
export async function proveParts(
  { file }: FileToProve,
  c: Comparison,
  parts: number[],
  hasher: Hasher,
): Promise<Proof> {
  const proof = await verdictOfParts(c, await hasher.hashParts(file, parts, c.algorithm));
  return proof.outcome === 'same' ? { ...proof, parts } : proof;
}

/** @param partDigests hex, in order */
async function verdictOfParts(c: Comparison, partDigests: string[]): Promise<Proof> {
  const digest = createDigest(c.algorithm);
  digest.update(Buffer.from(partDigests.join(''), 'hex'));
  return verdict(c, (await digest.digest()).toString('hex'));
}

export function verdict({ proof, expected }: Comparison, found: string): Proof {
  return found === expected ? { outcome: 'same', proof } : { outcome: 'different', proof, expected, found };
}
