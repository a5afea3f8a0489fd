import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { describeError } from '../describe-error.js';
import { isAwsError } from '../error-code.js';
import { ToolError } from '../tool-error.js';
import { canonical, type PolicyDocument, parsePolicy } from './document.js';

export interface BucketPolicy {
  /** As the server gave it, byte for byte: what a rollback puts back. */
  text: string;
  document: PolicyDocument;
}

/** Waits between tries, milliseconds: S3 shows a new policy within a few seconds. */
const WAITS_MS = [200, 400, 800, 1600, 3200];

/** Some servers accept policies that S3 would not; nothing here works on one, so no command of this tool can fix it. */
const MEND_IN_FORCE =
  'replace or delete it with another tool, such as `aws s3api delete-bucket-policy`, then run this again';

/** @returns null for a bucket without a policy */
export async function readPolicy(client: S3Client, bucket: string): Promise<BucketPolicy | null> {
  try {
    const { Policy } = await client.send(new GetBucketPolicyCommand({ Bucket: bucket }));
    if (!Policy) return null;
    return { text: Policy, document: parsePolicy(Policy, `the policy of ${bucket}`, MEND_IN_FORCE) };
  } catch (error) {
    if (isAwsError(error, 'NoSuchBucketPolicy')) return null;
    throw error;
  }
}

/**
 * Puts a policy, or with null deletes it. A simultaneous change of the public access block answers 409 and is
 * waited for.
 * @param owner account the bucket must belong to; S3 refuses a bucket of that name owned by others
 */
export async function writePolicy(
  client: S3Client,
  bucket: string,
  text: string | null,
  owner: string | undefined,
): Promise<void> {
  const target = { Bucket: bucket, ...(owner && { ExpectedBucketOwner: owner }) };
  for (let attempt = 0; ; attempt++) {
    try {
      if (text === null) await client.send(new DeleteBucketPolicyCommand(target));
      else await client.send(new PutBucketPolicyCommand({ ...target, Policy: text }));
      return;
    } catch (error) {
      if (text !== null && isAwsError(error, 'AccessDenied')) throw putDenied(error);
      const wait = WAITS_MS[attempt];
      if (wait === undefined || !isAwsError(error, 'OperationAborted', 'ConflictingOperationInProgress'))
        throw error;
      await sleep(wait);
    }
  }
}

function putDenied(cause: unknown): ToolError {
  return new ToolError(
    'AccessDenied',
    describeError(cause).message,
    'request s3:PutBucketPolicy; or check whether the policy in force denies it (runbooks/policy-lockout.md), or the new one allows everyone while BlockPublicPolicy is on',
    { cause },
  );
}

/** Reads until the policy in force means the same as `wanted`. @returns false if it never did */
export async function policyIsInForce(
  client: S3Client,
  bucket: string,
  wanted: PolicyDocument | null,
): Promise<boolean> {
  for (const wait of [0, ...WAITS_MS]) {
    await sleep(wait);
    if (samePolicy((await readPolicy(client, bucket))?.document ?? null, wanted)) return true;
  }
  return false;
}

export function samePolicy(one: PolicyDocument | null, other: PolicyDocument | null): boolean {
  return (one && canonical(one)) === (other && canonical(other));
}
