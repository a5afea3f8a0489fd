import type { S3Client } from '@aws-sdk/client-s3';
import { describeError } from '../describe-error.js';
import { isAwsError, wasRefused } from '../error-code.js';
import { ToolError } from '../tool-error.js';
import { type BucketPolicy, policyIsInForce, readPolicy, samePolicy, writePolicy } from './bucket-policy.js';

export interface Replacement {
  bucket: string;
  /** In force when the change was judged, and kept; null for none. */
  former: BucketPolicy | null;
  /** Null to leave none. */
  wanted: BucketPolicy | null;
  /** See {@link writePolicy}. */
  owner: string | undefined;
}

/**
 * Puts a policy in place of the one that was read before, and reads it back. S3 has no conditional put, so what others
 * put is noticed only up to the moment before.
 * @throws ToolError `changed_meanwhile` and what {@link verify} throws
 */
export async function replacePolicy(client: S3Client, replacement: Replacement): Promise<void> {
  const { bucket, former, wanted, owner } = replacement;
  const current = await readPolicy(client, bucket);
  if (!samePolicy(current?.document ?? null, former?.document ?? null)) {
    throw new ToolError(
      CHANGED,
      'somebody else changed the policy in force in these seconds; nothing was put',
      'look at it (policy diff), then run this again',
    );
  }
  let broke: unknown;
  try {
    await writePolicy(client, bucket, wanted?.text ?? null, owner);
  } catch (error) {
    if (nothingWasReplaced(error)) throw error;
    broke = error;
  }
  await verify(client, replacement, broke);
}

const CHANGED = 'changed_meanwhile';

/** True where the policy in force was certainly left as it was. */
export function nothingWasReplaced(error: unknown): boolean {
  if (error instanceof ToolError) return error.code === CHANGED || wasRefused(error.cause);
  return wasRefused(error);
}

/**
 * Reads a policy back after it was put. If that is denied, the simulation missed something: the former policy goes back
 * at once, while this client still may.
 * @param broke why it is not known whether it was put
 */
export async function verify(
  client: S3Client,
  { bucket, wanted, former, owner }: Replacement,
  broke?: unknown,
): Promise<void> {
  const put = broke
    ? `the policy may be in force: putting it broke off (${describeError(broke).message})`
    : 'applied';
  const next = `see what is in force with policy diff ${bucket}; running this again is safe`;
  let denial: unknown;
  try {
    if (await policyIsInForce(client, bucket, wanted?.document ?? null)) return;
  } catch (error) {
    if (!isAwsError(error, 'AccessDenied')) {
      const { code, message } = describeError(error);
      throw new ToolError(code, `${put}, but it can't be read back: ${message}`, next, { cause: error });
    }
    denial = error;
  }
  if (!denial) {
    throw new ToolError('not_verified', `${put}, but S3 returns a different policy`, next, { cause: broke });
  }
  try {
    await writePolicy(client, bucket, former?.text ?? null, owner);
  } catch (error) {
    const message = `${put}, and now reading it is denied; putting the former policy back failed: ${describeError(error).message}`;
    throw new ToolError('locked_out', message, 'follow runbooks/policy-lockout.md', { cause: error });
  }
  throw new ToolError(
    'denied_after_apply',
    'reading it back was denied, so the former policy was put back',
    'look for a condition that the simulation could not judge, and report it',
    { cause: denial },
  );
}
