import { asList, type PolicyDocument, type Statement } from '../document.js';
import { conditionsHold, type Fill, fillVariables } from './conditions.js';
import { matchesGlob } from './glob.js';
import { matchPrincipal } from './principals.js';
import type { SimulatedRequest } from './request.js';
import { all, any, not, type Truth, truth } from './truth.js';

/** What a bucket policy alone says about a request; the principal's own (identity) policies are not known here. */
export interface Decision {
  denied: Truth;
  /** Allowed by the policy itself, without help from an identity policy. */
  allowed: Truth;
  /** The Deny statements that apply or may. */
  denials: Statement[];
}

/** @param policy null for a bucket without one */
export function evaluate(policy: PolicyDocument | null, request: SimulatedRequest): Decision {
  const decision: Decision = { denied: 'no', allowed: 'no', denials: [] };
  const fill = readsVariables(policy, request) ? fillVariables : asWritten;
  for (const statement of policy?.Statement ?? []) {
    const { matched, delegated } = matchPrincipal(statement, request.principal);
    const applies = all([
      matched,
      matchAction(statement, request),
      matchResource(statement, request, fill),
      conditionsHold(statement.Condition, request, fill),
    ]);
    if (applies === 'no') continue;
    if (statement.Effect === 'Deny') {
      decision.denied = any([decision.denied, applies]);
      decision.denials.push(statement);
    } else if (!delegated || isOutsider(request)) {
      decision.allowed = any([decision.allowed, applies]);
    }
  }
  return decision;
}

/**
 * In a policy of another version, or of none, `${aws:username}` is text like any other (IAM user guide, "Version"). How
 * other servers read it is not known.
 */
function readsVariables(policy: PolicyDocument | null, { aws }: SimulatedRequest): boolean {
  return policy?.Version === '2012-10-17' || !aws;
}

const asWritten = (text: string) => text;

/** Principals of other accounts need the Allow: identity policies alone reach no foreign bucket. */
function isOutsider({ principal, owner }: SimulatedRequest): boolean {
  return principal !== 'anonymous' && owner !== undefined && principal.account !== owner;
}

function matchAction(statement: Statement, request: SimulatedRequest): Truth {
  const action = request.action.toLowerCase();
  const names = (patterns: string | string[] | undefined) =>
    truth(asList(patterns).some((pattern) => matchesGlob(pattern.toLowerCase(), action)));
  return statement.NotAction ? not(names(statement.NotAction)) : names(statement.Action);
}

function matchResource(statement: Statement, request: SimulatedRequest, fill: Fill): Truth {
  const names = (patterns: string | string[] | undefined) =>
    any(
      asList(patterns).map((pattern) => {
        const filled = fill(pattern, request);
        return filled === undefined ? 'unknown' : truth(matchesGlob(filled, request.resource));
      }),
    );
  return statement.NotResource ? not(names(statement.NotResource)) : names(statement.Resource);
}
