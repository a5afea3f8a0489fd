import { BlockList, isIP } from 'node:net';
import { matchesArn, matchesGlob } from './glob.js';
import { type Truth, truth } from './truth.js';

/** Compares a value of the request with a value of the policy; `unknown` for what can't be read. */
export type Comparison = (got: string, want: string) => Truth;

export interface Operator {
  compare: Comparison;
  /** `Not…`: true where no value matches, and where the key is missing. */
  negated: boolean;
}

const numeric =
  (test: (got: number, want: number) => boolean): Comparison =>
  (got, want) => {
    const [a, b] = [Number(got), Number(want)];
    return Number.isNaN(a) || Number.isNaN(b) ? 'unknown' : truth(test(a, b));
  };

/**
 * Dates are ISO 8601, in UTC if they name no zone, or seconds since 1970.
 * @returns milliseconds since 1970; NaN for what is not a date
 */
export const instant = (text: string): number =>
  /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(/T[\d:.]+$/.test(text) ? `${text}Z` : text);
const date =
  (test: (got: number, want: number) => boolean): Comparison =>
  (got, want) => {
    const [a, b] = [instant(got), instant(want)];
    return Number.isNaN(a) || Number.isNaN(b) ? 'unknown' : truth(test(a, b));
  };

const equals: Comparison = (got, want) => truth(got === want);
const equalsIgnoreCase: Comparison = (got, want) => truth(got.toLowerCase() === want.toLowerCase());
const like: Comparison = (got, want) => truth(matchesGlob(want, got));
const arnLike: Comparison = (got, want) => matchesArn(want, got);

const inNetwork: Comparison = (got, want) => {
  const [network = '', bits] = want.split('/');
  const [version, family] = [isIP(network), isIP(network) === 6 ? 'ipv6' : 'ipv4'] as const;
  if (version === 0 || isIP(got) === 0) return 'unknown';
  const prefix = bits === undefined ? (version === 6 ? 128 : 32) : Number(bits);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > (version === 6 ? 128 : 32)) return 'unknown';
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return truth(isIP(got) === version && list.check(got, family));
};

const equal = (a: number, b: number) => a === b;
const COMPARISONS: Record<string, Comparison> = {
  StringEquals: equals,
  StringEqualsIgnoreCase: equalsIgnoreCase,
  StringLike: like,
  ArnEquals: arnLike,
  ArnLike: arnLike,
  NumericEquals: numeric(equal),
  NumericLessThan: numeric((a, b) => a < b),
  NumericLessThanEquals: numeric((a, b) => a <= b),
  NumericGreaterThan: numeric((a, b) => a > b),
  NumericGreaterThanEquals: numeric((a, b) => a >= b),
  DateEquals: date(equal),
  DateLessThan: date((a, b) => a < b),
  DateLessThanEquals: date((a, b) => a <= b),
  DateGreaterThan: date((a, b) => a > b),
  DateGreaterThanEquals: date((a, b) => a >= b),
  Bool: equalsIgnoreCase,
  BinaryEquals: equals,
  IpAddress: inNetwork,
};

/** The operators whose opposite exists: `StringNotEquals` for `StringEquals`, `NotIpAddress` for `IpAddress`. */
const NEGATIONS: Record<string, string> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
};

/** @returns undefined for an operator that is not in IAM's list (`Null` is not a comparison and is in `conditions.ts`) */
export function operatorNamed(name: string): Operator | undefined {
  const positive = NEGATIONS[name];
  const compare = COMPARISONS[positive ?? name];
  return compare && { compare, negated: positive !== undefined };
}
