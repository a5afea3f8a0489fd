import { kindInWords, type Principal } from '../aws/principal.js';
import { type Circumstances, requestBy } from './circumstances.js';
import {
  asList,
  canonicalStatement,
  type PolicyDocument,
  principalEntries,
  type Statement,
} from './document.js';
import { fillVariables } from './evaluation/conditions.js';
import { type Decision, evaluate } from './evaluation/evaluate.js';
import type { SimulatedRequest } from './evaluation/request.js';
import type { Truth } from './evaluation/truth.js';
import { momentsToTry } from './moments.js';
import { actionsNamed, BUCKET_ACTIONS, isAbout, OBJECT_ACTIONS, POLICY_ACTIONS } from './s3-actions.js';
import { sampleKeys } from './sample-keys.js';

/** Something a principal may do today and could not, or might not, do under the proposed policy. */
export interface Loss {
  principal: string;
  action: string;
  resource: string;
  reason: string;
}

export interface Change {
  bucket: string;
  /** `aws`, or that of China or GovCloud. */
  partition: string;
  /** In force; null for none. */
  current: PolicyDocument | null;
  /** Null for none. */
  proposed: PolicyDocument | null;
}

/**
 * What a principal would lose by a change of policy. What identity policies allow is not known, so the question is what
 * the bucket policy adds or removes:
 *
 * | today | proposed | loss |
 * |---|---|---|
 * | not denied | denied, or may be | yes |
 * | may be denied | may be denied, by the same statements | no: they are there today, and work |
 * | may be denied | denied, or may be by another statement | yes |
 * | allowed by the policy | no longer | yes, except for the owner's root, which needs no Allow |
 * | denied | anything | no, except for the caller's own GetBucketPolicy and PutBucketPolicy: they work today |
 *
 * Tried as of now and around each future date that the proposed policy names.
 *
 * @param mustMend the caller, who fixes the policy if it is wrong
 */
export function findLosses(
  change: Change,
  principal: Principal,
  circumstances: Circumstances,
  mustMend: boolean,
): Loss[] {
  const { current, proposed } = change;
  const isOwner = principal.kind === 'root' && principal.account === circumstances.owner;
  const losses: Loss[] = [];
  const moments = momentsToTry(circumstances.now, proposed);
  const stands = standIns(principal, [current, proposed]);
  const trials = stands.flatMap((who) => moments.map((now) => ({ who, now })));
  for (const [action, resource] of thingsToTry(change, requestBy(principal, '', '', circumstances))) {
    for (const { who, now } of trials) {
      const request = requestBy(who, action, resource, { ...circumstances, now });
      const before = evaluate(current, request);
      const after = evaluate(proposed, request);
      // What works today; of a future moment that is not known.
      const today = now === circumstances.now;
      const vital = today && mustMend && POLICY_ACTIONS.includes(action);
      const reason = lossReason(before, after, isOwner, vital);
      if (!reason) continue;
      const when = today ? '' : `, from ${now.toISOString()} on`;
      losses.push({
        principal: `${kindInWords(principal)} ${principal.arn}`,
        ...{ action, resource, reason: `${reason}${when}` },
      });
      break;
    }
  }
  return losses;
}

/** An Allow makes up for a loss with this reason. */
export const NO_LONGER_ALLOWED = 'no longer allowed by the policy';

const RANK: Record<Truth, number> = { no: 0, unknown: 1, yes: 2 };

function lossReason(before: Decision, after: Decision, isOwner: boolean, vital: boolean): string | undefined {
  if (before.denied === 'yes' && !vital) return undefined;
  if (after.denied === 'yes') return `denied by ${names(after.denials)}`;
  if (after.denied === 'unknown' && before.denied !== 'yes') {
    const known = new Set(before.denials.map(canonicalStatement));
    const added = after.denials.filter((statement) => !known.has(canonicalStatement(statement)));
    if (added.length > 0) return `may be denied by ${names(added)}: its condition can't be judged here`;
  }
  if (!isOwner && RANK[after.allowed] < RANK[before.allowed]) return NO_LONGER_ALLOWED;
  return undefined;
}

function names(statements: Statement[]): string {
  return statements
    .map((statement) => `statement ${statement.Sid ?? canonicalStatement(statement)}`)
    .join(', ');
}

/** Actions with the resources they are about; also any others that the two policies name. */
function* thingsToTry(
  { bucket, partition, current, proposed }: Change,
  asker: SimulatedRequest,
): Generator<[action: string, resource: string]> {
  const policies = [current, proposed];
  const actions = new Set<string>([...BUCKET_ACTIONS, ...OBJECT_ACTIONS, ...actionsNamed(policies)]);
  const arn = `arn:${partition}:s3:::${bucket}`;
  const objects = sampleKeys(bucket, policies, (pattern) => fillVariables(pattern, asker)).map(
    (key) => `${arn}/${key}`,
  );
  for (const action of actions) {
    const about = isAbout(action);
    if (about.bucket) yield [action, arn];
    if (about.objects) for (const object of objects) yield [action, object];
  }
}

/**
 * A role known only by a session may have any path, so it is tried under each path the policies name, under none and
 * under one that nobody names.
 */
function standIns(principal: Principal, policies: (PolicyDocument | null)[]): Principal[] {
  if (principal.pathKnown) return [principal];
  const { partition, account, name } = principal;
  const prefix = `arn:${partition}:iam::${account}:role/`;
  const arns = new Set([`${prefix}${name}`, `${prefix}simulated-path/${name}`]);
  for (const statement of policies.flatMap((policy) => policy?.Statement ?? [])) {
    for (const value of arnsNamedIn(statement)) {
      if (value.startsWith(prefix) && value.endsWith(`/${name}`) && !/[*?]/.test(value)) arns.add(value);
    }
  }
  return [...arns].map((principalArn) => ({ ...principal, principalArn, pathKnown: true }));
}

function arnsNamedIn({ Principal, NotPrincipal, Condition }: Statement): string[] {
  const named = [Principal, NotPrincipal].flatMap((element) => (element ? principalEntries(element) : []));
  const conditions = Object.values(Condition ?? {}).flatMap((keys) => Object.values(keys).flatMap(asList));
  return [...named.map(({ value }) => value), ...conditions.map(String)];
}
