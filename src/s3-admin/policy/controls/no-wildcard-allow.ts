import { principalEntries, type Statement } from '../document.js';
import type { Control } from './control.js';

/** Keys that narrow "everyone" down to someone, when a positive operator compares them. */
const NARROWING =
  /^(aws:(principalarn|principalaccount|principalorgid|sourcearn|sourceaccount|sourcevpc|sourcevpce|sourceip|userid)|s3:dataaccesspointarn|s3:dataaccesspointaccount)$/i;
const POSITIVE = /^(ForAnyValue:)?(StringEquals|StringLike|ArnEquals|ArnLike|IpAddress)$/;

/** No statement allows everyone (`*`, or everyone but a few by NotPrincipal) without a condition that says who. */
export const noWildcardAllow: Control = {
  id: 'no-wildcard-allow',
  title: 'no Allow for everyone',
  async check({ settings }) {
    const policy = await settings.policy();
    const wide = (policy?.document.Statement ?? []).filter((one) => allowsEveryone(one) && !isNarrowed(one));
    if (wide.length === 0) return { ok: true, detail: 'none' };
    return {
      ok: false,
      detail: `allows everyone: ${wide.map(({ Sid }) => Sid ?? 'a statement without Sid').join(', ')}`,
    };
  },
};

function allowsEveryone({ Effect, Principal, NotPrincipal }: Statement): boolean {
  if (Effect !== 'Allow') return false;
  return NotPrincipal !== undefined || principalEntries(Principal ?? {}).some(({ value }) => value === '*');
}

function isNarrowed({ Condition }: Statement): boolean {
  return Object.entries(Condition ?? {}).some(
    ([operator, keys]) =>
      POSITIVE.test(operator) &&
      Object.entries(keys).some(
        ([key, values]) =>
          NARROWING.test(key) &&
          ![values].flat().some((value) => /^\*+$|^0\.0\.0\.0\/0$|^::\/0$/.test(String(value))),
      ),
  );
}
