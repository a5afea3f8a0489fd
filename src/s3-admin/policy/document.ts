import { z } from 'zod';
import { ToolError } from '../tool-error.js';

const oneOrMore = z.union([z.string(), z.array(z.string()).min(1)]);
const principalElement = z.union([
  z.literal('*'),
  z.partialRecord(z.enum(['AWS', 'Service', 'Federated', 'CanonicalUser']), oneOrMore),
]);
const scalar = z.union([z.string(), z.boolean(), z.number()]);
const conditionElement = z.record(z.string(), z.record(z.string(), z.union([scalar, z.array(scalar)])));

const statementSchema = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Principal: principalElement.optional(),
    NotPrincipal: principalElement.optional(),
    Action: oneOrMore.optional(),
    NotAction: oneOrMore.optional(),
    Resource: oneOrMore.optional(),
    NotResource: oneOrMore.optional(),
    Condition: conditionElement.optional(),
  })
  .refine(...exactlyOne('Principal', 'NotPrincipal'))
  .refine(...exactlyOne('Action', 'NotAction'))
  .refine(...exactlyOne('Resource', 'NotResource'));

const policySchema = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
  Id: z.string().optional(),
  Statement: z.preprocess(listOfOne, z.array(statementSchema)),
});

/** A bucket policy, with `Statement` always a list. */
export type PolicyDocument = z.infer<typeof policySchema>;
export type Statement = z.infer<typeof statementSchema>;
export type PrincipalElement = z.infer<typeof principalElement>;
export type ConditionElement = z.infer<typeof conditionElement>;

function listOfOne(value: unknown): unknown {
  return typeof value === 'object' && !Array.isArray(value) ? [value] : value;
}

function exactlyOne(one: string, other: string) {
  const test = (statement: object) => one in statement !== other in statement;
  return [test, { message: `needs either ${one} or ${other}` }] as const;
}

const WRITE_ANEW = 'correct it, or write a new one with `policy generate`';

/**
 * @param text a policy as JSON
 * @param source where it comes from, for the message
 * @param next what to do about a wrong one
 * @throws ToolError `bad_policy` naming the place that is wrong
 */
export function parsePolicy(text: string, source: string, next = WRITE_ANEW): PolicyDocument {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw badPolicy(source, `not JSON (${(error as Error).message})`, next);
  }
  const parsed = policySchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue?.path.join('.') || 'the document';
  throw badPolicy(source, `${place}: ${issue?.message ?? 'not a policy'}`, next);
}

export function badPolicy(source: string, what: string, next = WRITE_ANEW): ToolError {
  return new ToolError('bad_policy', `${source}: ${what}`, next);
}

export function asList<T>(value: T | T[] | undefined): T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** The entries of a Principal element, each with its type; `"*"` is every AWS entry. */
export function principalEntries(element: PrincipalElement): { type: string; value: string }[] {
  if (element === '*') return [{ type: 'AWS', value: '*' }];
  return Object.entries(element).flatMap(([type, values]) =>
    asList(values).map((value) => ({ type, value })),
  );
}

/**
 * The same text for policies that mean the same to S3, which stores a policy in its own form: lists sorted and
 * without repeats, single entries as lists, an account's root as its number, actions in lower case.
 */
export function canonical(policy: PolicyDocument): string {
  return JSON.stringify({
    Version: policy.Version ?? '2008-10-17',
    Id: policy.Id ?? '',
    Statement: policy.Statement.map(canonicalStatement).sort(),
  });
}

export function canonicalStatement(statement: Statement): string {
  const { Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition } = statement;
  const sorted = (values: string | string[] | undefined) => [...new Set(asList(values))].sort();
  const lower = (values: string | string[] | undefined) => sorted(asList(values).map((a) => a.toLowerCase()));
  const who = (element: PrincipalElement | undefined) =>
    element &&
    sorted(principalEntries(element).map(({ type, value }) => `${type} ${accountNumber(type, value)}`));
  const conditions = Object.entries(Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(
      ([key, values]) =>
        `${operator} ${key.toLowerCase()} ${JSON.stringify(sorted(asList(values).map(String)))}`,
    ),
  );
  return JSON.stringify({
    Sid: statement.Sid ?? '',
    Effect: statement.Effect,
    Principal: who(Principal),
    NotPrincipal: who(NotPrincipal),
    Action: Action && lower(Action),
    NotAction: NotAction && lower(NotAction),
    Resource: Resource && sorted(Resource),
    NotResource: NotResource && sorted(NotResource),
    Condition: conditions.sort(),
  });
}

function accountNumber(type: string, value: string): string {
  return (type === 'AWS' && /^arn:aws[\w-]*:iam::(\d{12}):root$/.exec(value)?.[1]) || value;
}
