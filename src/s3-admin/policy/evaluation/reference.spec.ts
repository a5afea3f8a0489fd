import fc from 'fast-check';
import { type Principal, parsePrincipal } from '../../aws/principal.js';
import { asList, type PolicyDocument, type Statement } from '../document.js';
import { evaluate } from './evaluate.js';

/**
 * The evaluator against another one that knows everything of a request and so needs no third value: whatever is hidden
 * from the evaluator, its yes and its no are right.
 */
type Known = Record<string, string | null>;

const account = '123456789012';
const user = parsePrincipal(`arn:aws:iam::${account}:user/anna`, 'AIDAANNA');
const role: Principal = {
  ...parsePrincipal(`arn:aws:sts::${account}:assumed-role/Deploy/ci`, 'AROADEPLOY:ci'),
  pathKnown: true,
};
const foreign = parsePrincipal('arn:aws:iam::999999999999:user/eve', 'AIDAEVE');
const root = parsePrincipal(`arn:aws:iam::${account}:root`);

const fits = (pattern: string, text: string) =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.')}$`,
    's',
  ).test(text);

function filled(text: string, known: Known, version: string | undefined): string | null {
  if (version !== '2012-10-17') return text;
  let whole = true;
  const result = text.replace(/\$\{(.*?)\}/g, (_, name: string) => {
    const value = known[name.toLowerCase()] ?? null;
    if (value === null) whole = false;
    return value ?? '';
  });
  return whole ? result : null;
}

function condition(name: string, got: string | null, wanted: (string | null)[]): boolean {
  if (name === 'Null') return (wanted[0] === 'true') === (got === null);
  const optional = name.endsWith('IfExists');
  const plain = name.replace(/IfExists$/, '');
  const negated = plain.includes('Not');
  if (got === null) return optional || negated;
  const one = (value: string | null) =>
    value !== null && (plain.endsWith('Like') || plain.startsWith('Arn') ? fits(value, got) : value === got);
  return negated ? !wanted.some(one) : wanted.some(one);
}

function speaksOf({ Principal }: Statement, who: Principal): boolean {
  if (Principal === '*') return true;
  const names = ['*', who.account, `arn:aws:iam::${who.account}:root`, who.arn, who.principalArn];
  return asList(Principal?.AWS).some((name) => names.includes(name));
}

function isDenied(policy: PolicyDocument, who: Principal, action: string, resource: string, known: Known) {
  return policy.Statement.some((one) => {
    const fill = (text: string) => filled(text, known, policy.Version);
    const named = (patterns: string | string[] | undefined, text: string) =>
      asList(patterns).some((pattern) => {
        const whole = fill(pattern);
        return whole !== null && fits(whole, text);
      });
    return (
      one.Effect === 'Deny' &&
      speaksOf(one, who) &&
      (one.Action ? named(one.Action, action) : !named(one.NotAction, action)) &&
      (one.Resource ? named(one.Resource, resource) : !named(one.NotResource, resource)) &&
      Object.entries(one.Condition ?? {}).every(([operator, keys]) =>
        Object.entries(keys).every(([key, values]) =>
          condition(operator, known[key.toLowerCase()] ?? null, asList(values).map(String).map(fill)),
        ),
      )
    );
  });
}

const some = <T>(values: readonly T[]) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 2 });
const arns = [user, role, foreign, root].flatMap(({ arn, principalArn }) => [arn, principalArn]);
const text = fc.constantFrom(
  ...['anna', 'a*', '*', '?nna', 'true', 'false', '${aws:username}', 'x-${aws:username}*'],
);
const conditions = fc.oneof(
  fc.dictionary(
    fc.constantFrom(
      ...['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike'].flatMap((name) => [
        name,
        `${name}IfExists`,
      ]),
    ),
    fc.dictionary(
      fc.constantFrom('aws:username', 'AWS:SourceVpce', 's3:prefix'),
      fc.array(text, { minLength: 1, maxLength: 2 }),
      {
        maxKeys: 2,
      },
    ),
    { maxKeys: 2 },
  ),
  fc.dictionary(
    fc.constantFrom('ArnLike', 'ArnNotEquals', 'ArnNotLikeIfExists', 'StringNotLike'),
    fc.record({
      'aws:PrincipalArn': some([
        ...arns,
        'arn:aws:iam::*:role/*',
        `arn:aws:iam::${account}:user/\${aws:username}`,
      ]),
    }),
    { maxKeys: 2 },
  ),
  fc.record({ Null: fc.record({ 's3:prefix': fc.constantFrom('true', 'false') }) }),
);
const actions = ['s3:GetObject', 's3:Get*', 's3:*', 's3:PutBucketPolicy', '*', 's3:?etObject'];
const resources = [
  'arn:aws:s3:::b',
  'arn:aws:s3:::b/*',
  '*',
  'arn:aws:s3:::b/${aws:username}/*',
  'arn:aws:s3:::b*',
];
const statement: fc.Arbitrary<Statement> = fc
  .record({
    who: fc.oneof(
      fc.constant('*' as const),
      some([...arns, '*', account]).map((AWS) => ({ AWS })),
    ),
    action: some(actions),
    resource: some(resources),
    not: fc.tuple(fc.boolean(), fc.boolean()),
    Condition: fc.option(conditions, { nil: undefined }),
  })
  .map(({ who, action, resource, not, Condition }) => ({
    Effect: 'Deny',
    Principal: who,
    ...(not[0] ? { NotAction: action } : { Action: action }),
    ...(not[1] ? { NotResource: resource } : { Resource: resource }),
    ...(Condition && { Condition }),
  }));
const maybe = fc.option(fc.constantFrom('anna', 'abc', 'x-anna1', 'true', '*'), { nil: null });

test('whatever is hidden from it, its yes and its no are right', () => {
  fc.assert(
    fc.property(
      fc.record({
        Version: fc.constantFrom('2012-10-17' as const, '2008-10-17' as const, undefined),
        Statement: fc.array(statement, { minLength: 1, maxLength: 3 }),
      }),
      fc.constantFrom(user, role, foreign, root),
      fc.constantFrom('s3:GetObject', 's3:PutBucketPolicy', 's3:DeleteObject'),
      fc.constantFrom('arn:aws:s3:::b', 'arn:aws:s3:::b/anna/x', 'arn:aws:s3:::b/k'),
      fc.record({ 'aws:username': maybe, 'aws:sourcevpce': maybe, 's3:prefix': maybe }),
      fc.subarray(['aws:username', 'aws:sourcevpce', 's3:prefix', 'aws:principalarn']),
      ({ Version, Statement }, principal, action, resource, free, hidden) => {
        const policy = { ...(Version && { Version }), Statement };
        const known = { ...free, 'aws:principalarn': principal.principalArn };
        const context = Object.fromEntries(Object.entries(known).filter(([key]) => !hidden.includes(key)));
        const { denied } = evaluate(policy, { principal, action, resource, context, aws: true });
        const really = isDenied(policy, principal, action, resource, known);
        if (denied !== 'unknown') expect(denied).toBe(really ? 'yes' : 'no');
        // A variable without a value is not judged, which may only make it say less.
        if (hidden.length === 0 && free['aws:username'] !== null) expect(denied).not.toBe('unknown');
      },
    ),
    { numRuns: 500 },
  );
});
