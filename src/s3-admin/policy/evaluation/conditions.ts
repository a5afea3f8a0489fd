import { asList, type ConditionElement } from '../document.js';
import { type Comparison, operatorNamed } from './operators.js';
import type { ContextValue, SimulatedRequest } from './request.js';
import { all, any, not, type Truth, truth } from './truth.js';

/**
 * Whether a statement's conditions hold: all operators and all keys must, any of a key's values may.
 * Source: IAM user guide, "Condition operators" and "Multivalued context keys".
 *
 * | the request's key is | plain operator | Not… operator | …IfExists | Null: true | ForAllValues: | ForAnyValue: |
 * |---|---|---|---|---|---|---|
 * | there | any value matches | no value matches | as without | no | each of its values matches | one of them matches |
 * | missing | no | yes | yes | yes | yes | no |
 * | not known | unknown | unknown | unknown | unknown | unknown | unknown |
 */
export function conditionsHold(
  condition: ConditionElement | undefined,
  request: SimulatedRequest,
  fill: Fill = fillVariables,
): Truth {
  return all(
    Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => {
        const wanted = asList(values).map((value) => fill(String(value), request));
        return conditionHolds(operator, key.toLowerCase(), wanted, request);
      }),
    ),
  );
}

/** A value of a policy as the request reads it; undefined if that is not known. */
type Wanted = string | undefined;
export type Fill = (text: string, request: SimulatedRequest) => Wanted;

const OPERATOR = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/;

function conditionHolds(name: string, key: string, wanted: Wanted[], request: SimulatedRequest): Truth {
  const [, quantifier, base = '', ifExists] = OPERATOR.exec(name) ?? [];
  const got = request.context[key];
  if (got === undefined) return 'unknown';
  if (base === 'Null') return nullHolds(got, wanted, request.aws);
  const operator = operatorNamed(base);
  if (!operator) return 'unknown';
  if (got === null) {
    if (quantifier) return truth(quantifier === 'ForAllValues');
    return truth(ifExists !== undefined || operator.negated);
  }
  const matches = (value: string) => {
    const matched = anyWanted(operator.compare, value, wanted);
    return operator.negated ? not(matched) : matched;
  };
  const each = asList(got).map(matches);
  const holds = quantifier === 'ForAnyValue' || (!quantifier && !operator.negated) ? any(each) : all(each);
  return operator.negated && wanted.length > 1 && !request.aws ? 'unknown' : holds;
}

function nullHolds(got: ContextValue, wanted: Wanted[], aws: boolean): Truth {
  const missing = wanted.some((value) => value?.toLowerCase() === 'true');
  return missing || aws ? truth(missing === (got === null)) : 'unknown';
}

function anyWanted(compare: Comparison, got: string, wanted: Wanted[]): Truth {
  return any(wanted.map((value) => (value === undefined ? 'unknown' : compare(got, value))));
}

const PLAIN: Record<string, string> = { '*': '*', '?': '?', $: '$' };

/**
 * Puts the request's values in place of policy variables such as `${aws:username}` or `${aws:username, 'nobody'}`.
 * @returns undefined if one has no known value
 */
export function fillVariables(text: string, request: SimulatedRequest): Wanted {
  let known = true;
  const filled = text.replace(/\$\{([^},]+)(?:,\s*'([^']*)')?\}/g, (_, name: string, otherwise?: string) => {
    const value = PLAIN[name] ?? request.context[name.trim().toLowerCase()];
    if (typeof value === 'string') return value;
    if (value === null && otherwise !== undefined) return otherwise;
    known = false;
    return '';
  });
  return known ? filled : undefined;
}
