import type { Algorithm } from './digest.js';

/** What S3 says about an object's content. */
export interface ContentFacts {
  size: number;
  /** Without quotes. */
  etag: string;
  /** `x-amz-server-side-encryption`, or `SSE-C`; undefined if there is none, or S3 does not say. */
  encryption: string | undefined;
  /** Base64, by algorithm; a composite one ends in `-` and the number of parts. */
  checksums: Partial<Record<Algorithm, string>>;
}

/** One of S3's values that a copy can be compared with. */
export interface Comparison {
  /** For the state file and for people: `md5`, `sha256`, and `md5-parts` where it is made of the parts' values. */
  proof: string;
  algorithm: Algorithm;
  /** The number of parts; undefined: it is of the whole. */
  partCount: number | undefined;
  /** Hex. */
  expected: string;
}

/** Strongest first, and of equal strength the cheapest. */
const PREFERENCE: Algorithm[] = ['sha256', 'md5', 'sha1', 'crc64nvme', 'crc32c', 'crc32'];

/**
 * Everything that S3 has to compare an object's content with, best first; empty if there is nothing.
 *
 * An ETag is the MD5 of the content, or over its parts' MD5s, only without KMS and customer keys (aws-cli#1026).
 */
export function comparisons({ etag, encryption, checksums }: ContentFacts): Comparison[] {
  const found: Comparison[] = [];
  for (const [algorithm, value] of Object.entries(checksums) as [Algorithm, string][]) {
    const [base64 = '', count] = value.split('-') as [string, string | undefined];
    found.push(comparison(algorithm, Buffer.from(base64, 'base64').toString('hex'), count));
  }
  const hash = /^([0-9a-f]{32})(?:-([1-9]\d*))?$/i.exec(etag);
  if (hash && (encryption === undefined || encryption === 'AES256')) {
    found.push(comparison('md5', (hash[1] as string).toLowerCase(), hash[2]));
  }
  // The whole before the parts: it needs no knowledge of how the object was cut.
  return found.sort(
    (a, b) =>
      Number(a.partCount !== undefined) - Number(b.partCount !== undefined) ||
      PREFERENCE.indexOf(a.algorithm) - PREFERENCE.indexOf(b.algorithm),
  );
}

function comparison(algorithm: Algorithm, expected: string, count: string | undefined): Comparison {
  const partCount = count === undefined ? undefined : Number(count);
  return {
    proof: partCount === undefined ? algorithm : `${algorithm}-parts`,
    algorithm,
    partCount,
    expected,
  };
}
