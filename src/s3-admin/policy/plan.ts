import type { S3Client } from '@aws-sdk/client-s3';
import { isAwsAccount, type Principal, parsePrincipal } from '../aws/principal.js';
import { BucketSettings } from './bucket-settings.js';
import { type BucketPolicy, readPolicy, samePolicy } from './bucket-policy.js';
import type { Circumstances } from './circumstances.js';
import { allowsForEveryone } from './controls/no-wildcard-allow.js';
import { type PolicyDocument, principalEntries } from './document.js';
import { findLosses, type Loss } from './lockout.js';

/** Who must not lose anything, and how they reach the bucket. */
export interface Stakeholders {
  caller: Principal;
  /** Named with `--keep`. */
  keep: Principal[];
  circumstances: Circumstances;
}

export interface Plan {
  current: BucketPolicy | null;
  unchanged: boolean;
  /** Any of these forbids the change. */
  losses: Loss[];
  /** What others named in the policy in force would lose, and what everyone would gain; the operator sees it in the plan. */
  warnings: string[];
}

/** The account a bucket must belong to, if accounts mean what they do on AWS. */
export function ownerOf({ caller }: Stakeholders): string | undefined {
  return isAwsAccount(caller) ? caller.account : undefined;
}

/** Reads the policy in force and tries the proposed one on everyone concerned. Changes nothing. */
export async function planChange(
  client: S3Client,
  bucket: string,
  proposed: PolicyDocument | null,
  { caller, keep, ...stakeholders }: Stakeholders,
): Promise<Plan> {
  const current = await readPolicy(client, bucket);
  // Callers who may not read it still get the plan, with uploads under SSE-S3.
  const rule = await new BucketSettings(client, bucket).encryption().catch(() => null);
  const encryption = rule?.ApplyServerSideEncryptionByDefault;
  const circumstances = { ...stakeholders.circumstances, encryption };
  const change = { bucket, partition: caller.partition, current: current?.document ?? null, proposed };
  const root = isAwsAccount(caller)
    ? [parsePrincipal(`arn:${caller.partition}:iam::${caller.account}:root`)]
    : [];
  const kept = [...root, ...keep].filter(({ principalArn }) => principalArn !== caller.principalArn);
  const losses = [
    ...findLosses(change, caller, circumstances, true),
    ...kept.flatMap((principal) => findLosses(change, principal, circumstances, false)),
  ];
  const concerned = new Set([caller, ...kept].flatMap(({ arn, principalArn }) => [arn, principalArn]));
  const others = principalsAllowedBy(change.current).filter((name) => !concerned.has(name));
  return {
    current,
    unchanged: samePolicy(change.current, proposed),
    losses,
    warnings: [
      ...allowsForEveryone(proposed?.Statement ?? []).map(
        (name) => `${name} allows everyone; S3 accepts it only if BlockPublicPolicy is off`,
      ),
      ...others.flatMap((name) => whatItLoses(name, change, circumstances)),
    ],
  };
}

function whatItLoses(
  name: string,
  change: Parameters<typeof findLosses>[0],
  circumstances: Circumstances,
): string[] {
  let principal: Principal;
  try {
    principal = parsePrincipal(/^\d{12}$/.test(name) ? `arn:${change.partition}:iam::${name}:root` : name);
  } catch {
    // An id of a principal that was deleted, or a federation provider: nobody to simulate.
    return [`${name} is named in the policy in force; what it would lose can't be judged`];
  }
  const losses = findLosses(change, principal, circumstances, false);
  const [first] = losses;
  if (!first) return [];
  const more = losses.length > 1 ? ` and ${losses.length - 1} more` : '';
  return [`${name} would lose ${first.action}${more} (${first.reason}); --keep ${name} prevents that`];
}

/** Principals that a policy's Allow statements name one by one. */
function principalsAllowedBy(policy: PolicyDocument | null): string[] {
  const allows = (policy?.Statement ?? []).filter(({ Effect }) => Effect === 'Allow');
  const entries = allows.flatMap(({ Principal }) => (Principal ? principalEntries(Principal) : []));
  return [
    ...new Set(
      entries.filter(({ type, value }) => type === 'AWS' && value !== '*').map(({ value }) => value),
    ),
  ];
}
