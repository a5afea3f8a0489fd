import type { Principal } from '../../aws/principal.js';
import type { Statement } from '../document.js';

export interface GenerationContext {
  bucket: string;
  caller: Principal;
  /** Principals that only-me exempts besides the caller and the account's root. */
  keep: Principal[];
  /** encrypted-only allows uploads that ask for nothing and so get the bucket's default encryption. */
  allowDefaultEncryption: boolean;
}

/** Writes the statements of one chosen control. */
export interface GeneratedControl {
  name: string;
  summary: string;
  /** Sids of its statements; statements with these Sids are replaced when a policy is generated again. */
  sids: string[];
  statements(context: GenerationContext): Statement[];
  /** What the operator should know before applying it. */
  note(context: GenerationContext): string;
}

/** ARN of the bucket itself, and of everything in it. */
export function bucketAndObjects({ bucket, caller }: GenerationContext): [string, string] {
  const arn = `arn:${caller.partition}:s3:::${bucket}`;
  return [arn, `${arn}/*`];
}
