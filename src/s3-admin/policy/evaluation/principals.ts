import type { Principal } from '../../aws/principal.js';
import { type PrincipalElement, principalEntries, type Statement } from '../document.js';
import { all, any, not, type Truth, truth } from './truth.js';

export interface PrincipalMatch {
  matched: Truth;
  /** Matched only through its account, which leaves the decision to the principal's own (identity) policies. */
  delegated: boolean;
}

/** Whether a statement is about this principal. */
export function matchPrincipal(statement: Statement, principal: Principal | 'anonymous'): PrincipalMatch {
  if (statement.NotPrincipal) {
    return { matched: notPrincipal(statement.NotPrincipal, principal), delegated: false };
  }
  const entries = principalEntries(statement.Principal ?? {});
  const direct = any(entries.map(({ type, value }) => matchEntry(type, value, principal)));
  if (direct === 'yes') return { matched: 'yes', delegated: false };
  const byAccount = any(
    entries.map(({ type, value }) => truth(type === 'AWS' && isAccountOf(value, principal))),
  );
  return byAccount === 'yes' ? { matched: 'yes', delegated: true } : { matched: direct, delegated: false };
}

/**
 * `NotPrincipal` exempts a principal only if each of its names is listed: for a role's session the session, the
 * role and the account (IAM user guide, "NotPrincipal with Deny"). With some of them listed the outcome is unknown: this
 * is how such policies lock assumed roles out.
 */
function notPrincipal(element: PrincipalElement, principal: Principal | 'anonymous'): Truth {
  const entries = principalEntries(element);
  const listed = (test: (value: string) => Truth) =>
    any(entries.map(({ type, value }) => (type === 'AWS' ? test(value) : 'no')));
  if (principal === 'anonymous') return not(listed((value) => truth(value === '*')));
  const names = [
    listed((value) => matchEntry('AWS', value, principal)),
    listed((value) => truth(isAccountOf(value, principal))),
    ...(principal.kind === 'role'
      ? [listed((value) => (principal.sessionName ? truth(value === principal.arn) : 'unknown'))]
      : []),
  ];
  if (all(names) === 'yes') return 'no';
  return any(names) === 'no' ? 'yes' : 'unknown';
}

function matchEntry(type: string, value: string, principal: Principal | 'anonymous'): Truth {
  if (type === 'CanonicalUser') return principal === 'anonymous' ? 'no' : 'unknown';
  if (type !== 'AWS') return 'no';
  if (value === '*') return 'yes';
  if (principal === 'anonymous') return 'no';
  if (value === principal.arn || value === principal.principalArn) return 'yes';
  if (principal.kind === 'root') return truth(isAccountOf(value, principal));
  if (/^A(ID|RO)A[A-Z0-9]+$/.test(value)) {
    return principal.userId === undefined ? 'unknown' : truth(principal.userId.split(':')[0] === value);
  }
  return principal.kind === 'role' ? matchRole(value, principal) : 'no';
}

/** A role's name is unique in its account whatever its path, so the name decides if the path is not known. */
function matchRole(value: string, role: Principal): Truth {
  const [, account, type, rest = ''] =
    /^arn:[\w-]+:(?:iam|sts)::([^:]*):(role|assumed-role)\/(.+)$/.exec(value) ?? [];
  if (account !== role.account) return 'no';
  if (type === 'role') return truth(rest.split('/').at(-1) === role.name);
  if (rest.split('/')[0] !== role.name) return 'no';
  return role.sessionName ? 'no' : 'unknown';
}

function isAccountOf(value: string, principal: Principal | 'anonymous'): boolean {
  if (principal === 'anonymous' || !principal.account) return false;
  return (
    value === principal.account || new RegExp(`^arn:[\\w-]+:iam::${principal.account}:root$`).test(value)
  );
}
