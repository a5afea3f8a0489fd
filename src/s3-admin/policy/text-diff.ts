import { createTwoFilesPatch } from 'diff';
import type { BucketPolicy } from './bucket-policy.js';
import { asList, canonicalStatement, type PolicyDocument, type Statement } from './document.js';

/** Unified diff from the policy in force to another one, both formatted the same way so that only meaning shows. */
export function policyDiff(
  bucket: string,
  current: BucketPolicy | null,
  proposed: PolicyDocument | null,
  proposedName: string,
): string {
  const patch = createTwoFilesPatch(
    `${bucket} (in force)`,
    proposedName,
    laidOut(current?.document ?? null),
    laidOut(proposed),
    undefined,
    undefined,
    { context: 3 },
  );
  // The library begins with a line of equals signs that no other tool prints.
  return patch.replace(/^=+\n/, '').trimEnd();
}

/** Which statements a change adds and removes, or has, in one line. */
export function inShort(
  current: PolicyDocument | null,
  proposed: PolicyDocument | null,
  done: boolean,
): string {
  const [before, after] = [current, proposed].map((policy) => policy?.Statement ?? []) as [
    Statement[],
    Statement[],
  ];
  const without = (some: Statement[], others: Statement[]) => {
    const known = new Set(others.map(canonicalStatement));
    return some
      .filter((one) => !known.has(canonicalStatement(one)))
      .map(({ Sid }) => Sid ?? 'one without Sid');
  };
  const [added, removed] = [without(after, before), without(before, after)];
  if (added.length + removed.length === 0)
    return done ? 'changed Version or Id only' : 'would change Version or Id only';
  return [
    ...(added.length > 0 ? [`${done ? 'added' : 'would add'} ${added.join(', ')}`] : []),
    ...(removed.length > 0 ? [`${done ? 'removed' : 'would remove'} ${removed.join(', ')}`] : []),
  ].join('; ');
}

function laidOut(policy: PolicyDocument | null): string {
  if (!policy) return '';
  const { Version, Id, Statement } = policy;
  return `${JSON.stringify({ Version, Id, Statement: Statement.map(ordered) }, null, 2)}\n`;
}

/** One order of keys, and lists where S3 may have put a single value or another order. */
function ordered(statement: Statement): object {
  const { Sid, Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition } =
    statement;
  const list = (values: string | string[] | undefined) => values && [...asList(values)].sort();
  return {
    ...{ Sid, Effect, Principal, NotPrincipal },
    ...{ Action: list(Action), NotAction: list(NotAction) },
    ...{ Resource: list(Resource), NotResource: list(NotResource), Condition },
  };
}
