import { principalEntries, type Statement } from '../document.js';
import type { Control } from './control.js';

/** Keys that narrow "everyone" down to someone, if a positive operator compares them. */
const NARROWING =
  /^(aws:(principalarn|principalaccount|principalorgid|principalorgpaths|sourcearn|sourceaccount|sourceowner|sourcevpc|sourcevpce|sourceip|userid)|s3:dataaccesspointarn|s3:dataaccesspointaccount)$/i;
const POSITIVE = /^(ForAnyValue:)?(StringEquals|StringLike|ArnEquals|ArnLike|IpAddress)$/;

/** No statement allows everyone (`*`, or everyone but a few by NotPrincipal) without a condition that says who. */
export const noWildcardAllow: Control = {
  id: 'no-wildcard-allow',
  title: 'no Allow for everyone',
  async check({ settings }) {
    const policy = await settings.policy();
    const wide = allowsForEveryone(policy?.document.Statement ?? []);
    return wide.length === 0
      ? { ok: true, detail: 'none' }
      : { ok: false, detail: `allows everyone: ${wide.join(', ')}` };
  },
};

/** Names of the statements that allow everyone something. */
export function allowsForEveryone(statements: Statement[]): string[] {
  return statements
    .filter((one) => allowsEveryone(one) && !isNarrowed(one))
    .map(({ Sid }) => Sid ?? 'a statement without Sid');
}

function allowsEveryone({ Effect, Principal, NotPrincipal }: Statement): boolean {
  if (Effect !== 'Allow') return false;
  return NotPrincipal !== undefined || principalEntries(Principal ?? {}).some(({ value }) => value === '*');
}

function isNarrowed({ Condition }: Statement): boolean {
  return Object.entries(Condition ?? {}).some(
    ([operator, keys]) =>
      POSITIVE.test(operator) &&
      Object.entries(keys).some(
        ([key, values]) => NARROWING.test(key) && [values].flat().every((value) => saysWho(String(value))),
      ),
  );
}

/**
 * A value without wildcard or variable says who; of those with one, what is of one account, one role's id or one
 * organization. Networks wider than S3 considers private are everyone (S3 user guide, "The meaning of 'public'").
 */
function saysWho(value: string): boolean {
  const [, network = '', bits] = /^([\d.]+|[\da-f:]+)\/(\d+)$/i.exec(value) ?? [];
  if (bits !== undefined) return Number(bits) >= (network.includes(':') ? 32 : 8);
  return (
    !/[*?]|\$\{/.test(value) || /^(arn:[^:]*:[^:]*:[^:]*:\d{12}:|A(RO|ID)A[A-Z0-9]+:|o-\w+\/)/.test(value)
  );
}
