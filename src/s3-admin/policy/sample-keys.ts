import { asList, type PolicyDocument } from './document.js';

/** A key that no statement singles out by name. */
const ANY_KEY = 'simulated/any-object';

/**
 * Keys to try a policy on: one that fits each pattern its statements name objects by, and one besides, so that a Deny on
 * `bucket/private/*` is met.
 *
 * @param fill puts somebody's values in place of policy variables, if known: a Deny on
 *   `bucket/home/${aws:username}/*` is met by that user only there
 */
export function sampleKeys(
  bucket: string,
  policies: (PolicyDocument | null)[],
  fill: (pattern: string) => string | undefined,
): string[] {
  const keys = new Set([ANY_KEY]);
  for (const statement of policies.flatMap((policy) => policy?.Statement ?? [])) {
    for (const pattern of [...asList(statement.Resource), ...asList(statement.NotResource)]) {
      const [, named = '', key] = /^arn:[^:]*:s3:::([^/]*)\/(.+)$/.exec(fill(pattern) ?? pattern) ?? [];
      if (key && (named === bucket || /[*?$]/.test(named))) keys.add(key.replace(/\$\{[^}]*\}|[*?]/g, 'x'));
    }
  }
  return [...keys];
}
