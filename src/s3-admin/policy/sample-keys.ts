import { asList, type PolicyDocument } from './document.js';

/** A key that no statement singles out by name. */
const ANY_KEY = 'simulated/any-object';

/**
 * Keys to try a policy on: one that fits each pattern its statements name objects by, and one besides. So that a Deny on
 * `bucket/private/*` is met.
 */
export function sampleKeys(bucket: string, policies: (PolicyDocument | null)[]): string[] {
  const keys = new Set([ANY_KEY]);
  for (const statement of policies.flatMap((policy) => policy?.Statement ?? [])) {
    for (const pattern of [...asList(statement.Resource), ...asList(statement.NotResource)]) {
      const [, named = '', key] = /^arn:[^:]*:s3:::([^/]*)\/(.+)$/.exec(pattern) ?? [];
      if (key && (named === bucket || /[*?$]/.test(named))) keys.add(key.replace(/\$\{[^}]*\}|[*?]/g, 'x'));
    }
  }
  return [...keys];
}
