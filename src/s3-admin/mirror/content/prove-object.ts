import { type ContentFacts, comparisons } from './comparisons.js';
import type { Hasher } from './hasher.js';
import { equalParts, likelyParts } from './parts.js';
import { type FileToProve, type Proof, proveParts, proveWhole } from './prove.js';

/** Says how an object was cut into parts. */
export interface PartSizes {
  /** The layout that proved it before. */
  known: number[] | undefined;
  /** Asks S3 for the size of one part, from 1; undefined if the server does not reveal it. */
  ask(part: number): Promise<number | undefined>;
}

/**
 * Compares a file with what S3 says of the object, all of the file.
 *
 * Part sizes are read, not guessed: the first one's size and the number of parts imply the others, and if that does not
 * give the expected value, each part is requested. If the server does not reveal them, common layouts are tried; one
 * that matches is proof; if none does, that proves nothing, and S3's next value is compared instead.
 */
export async function proveObject(
  file: FileToProve,
  facts: ContentFacts,
  partSizes: PartSizes,
  hasher: Hasher,
): Promise<Proof> {
  for (const comparison of comparisons(facts)) {
    const { partCount } = comparison;
    if (partCount === undefined) return proveWhole(file, comparison, hasher);
    if (partSizes.known) return proveParts(file, comparison, partSizes.known, hasher);
    const first = await partSizes.ask(1);
    if (first === undefined) {
      for (const parts of likelyParts(facts.size, partCount)) {
        const proof = await proveParts(file, comparison, parts, hasher);
        if (proof.outcome === 'same') return proof;
      }
      continue;
    }
    const equal = equalParts(facts.size, first, partCount);
    const proof = equal && (await proveParts(file, comparison, equal, hasher));
    if (proof?.outcome === 'same') return proof;
    const each = await askEach(partSizes, first, partCount);
    if (each && each.reduce((total, size) => total + size, 0) === facts.size) {
      return proveParts(file, comparison, each, hasher);
    }
  }
  return { outcome: 'unknown' };
}

/** Part sizes are requested a few at a time. */
async function askEach(partSizes: PartSizes, first: number, count: number): Promise<number[] | undefined> {
  const sizes: (number | undefined)[] = [first];
  for (let part = 2; part <= count; part += 16) {
    const numbers = Array.from({ length: Math.min(16, count - part + 1) }, (_, i) => part + i);
    sizes.push(...(await Promise.all(numbers.map((number) => partSizes.ask(number)))));
  }
  return sizes.every((size) => size !== undefined) ? sizes : undefined;
}
