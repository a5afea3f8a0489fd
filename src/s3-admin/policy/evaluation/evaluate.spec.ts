import { type Principal, parsePrincipal } from '../../aws/principal.js';
import type { Statement } from '../document.js';
import { evaluate } from './evaluate.js';
import type { Truth } from './truth.js';

const account = '123456789012';
const user = parsePrincipal(`arn:aws:iam::${account}:user/team/anna`, 'AIDAANNA');
const session = parsePrincipal(`arn:aws:sts::${account}:assumed-role/Deploy/ci`, 'AROADEPLOY:ci');
const role = parsePrincipal(`arn:aws:iam::${account}:role/ops/Deploy`);
const root = parsePrincipal(`arn:aws:iam::${account}:root`);
const foreign = parsePrincipal('arn:aws:iam::999999999999:user/anna');

function outcome(
  statement: Partial<Statement>,
  principal: Principal | 'anonymous',
  action = 's3:GetObject',
  key = 'k',
) {
  const whole: Statement = {
    Effect: 'Deny',
    ...(statement.NotPrincipal ? {} : { Principal: '*' }),
    ...(statement.NotAction ? {} : { Action: 's3:*' }),
    ...(statement.NotResource ? {} : { Resource: 'arn:aws:s3:::b/*' }),
    ...statement,
  };
  const request = { principal, action, resource: `arn:aws:s3:::b/${key}`, context: {}, aws: true };
  const { denied, allowed } = evaluate({ Version: '2012-10-17', Statement: [whole] }, request);
  return whole.Effect === 'Deny' ? denied : allowed;
}

describe('principals', () => {
  const denyBy = (AWS: string | string[]) => ({ Principal: { AWS } });
  test.each<[string, Partial<Statement>, Principal | 'anonymous', Truth]>([
    ['everyone', { Principal: '*' }, 'anonymous', 'yes'],
    ['everyone as AWS', denyBy('*'), user, 'yes'],
    ['the user', denyBy(user.arn), user, 'yes'],
    ['another user', denyBy(`arn:aws:iam::${account}:user/bert`), user, 'no'],
    ['a user by its unique id', denyBy('AIDAANNA'), user, 'yes'],
    ['a user by an id, its own not known', denyBy('AIDAANNA'), foreign, 'unknown'],
    ['a Deny of the account', denyBy(account), user, 'yes'],
    ['a Deny of the account by its root’s ARN', denyBy(root.arn), session, 'yes'],
    ['a Deny of another account', denyBy(foreign.account), user, 'no'],
    ['the session’s role, whose path STS leaves out', denyBy(role.arn), session, 'yes'],
    ['the session', denyBy(session.arn), session, 'yes'],
    ['another session', denyBy(`${session.arn}2`), session, 'no'],
    ['one session, of a role that has many', denyBy(session.arn), role, 'unknown'],
    ['a service', { Principal: { Service: 'logging.s3.amazonaws.com' } }, user, 'no'],
    ['a canonical id nobody can tell', { Principal: { CanonicalUser: 'abc' } }, root, 'unknown'],
  ])('%s', (_, statement, principal, expected) => {
    expect(outcome(statement, principal)).toBe(expected);
  });

  test('an Allow for the account hands the decision on, except to its root', () => {
    const allow = { Effect: 'Allow' as const, Principal: { AWS: root.arn } };
    expect([outcome(allow, user), outcome(allow, root), outcome(allow, foreign)]).toEqual([
      'no',
      'yes',
      'no',
    ]);
  });

  test('NotPrincipal spares only whom it lists under every name', () => {
    const sparing = (...AWS: string[]) => ({ NotPrincipal: { AWS } });
    expect(outcome(sparing(role.arn), session)).toBe('unknown');
    expect(outcome(sparing(role.arn, root.arn, session.arn), session)).toBe('no');
    expect(outcome(sparing(user.arn, root.arn), user)).toBe('no');
    expect(outcome(sparing(user.arn), session)).toBe('yes');
    expect(outcome(sparing(user.arn), 'anonymous')).toBe('yes');
  });
});

describe('actions and resources', () => {
  test.each<[string, Partial<Statement>, Truth]>([
    ['action by wildcard, in any letter case', { Action: 'S3:get*' }, 'yes'],
    ['another action', { Action: 's3:PutObject' }, 'no'],
    ['everything but others', { NotAction: 's3:PutObject' }, 'yes'],
    ['everything but this', { NotAction: ['s3:PutObject', 's3:GetObject'] }, 'no'],
    ['the bucket alone', { Resource: 'arn:aws:s3:::b' }, 'no'],
    ['letter case of keys counts', { Resource: 'arn:aws:s3:::b/K' }, 'no'],
    ['a star reaches over slashes', { Resource: 'arn:aws:s3:::*' }, 'yes'],
    ['everything but others’ keys', { NotResource: 'arn:aws:s3:::b/x/*' }, 'yes'],
    ['a variable nobody can fill', { Resource: 'arn:aws:s3:::b/${aws:username}' }, 'unknown'],
  ])('%s', (_, statement, expected) => {
    expect(outcome(statement, user)).toBe(expected);
  });
});

test('policy variables are text before version 2012-10-17, which a policy without one is', () => {
  const others = { StringNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/${aws:username}' } };
  const statement: Statement = {
    ...{ Effect: 'Deny', Principal: '*', Action: 's3:*', Condition: others },
    Resource: 'arn:aws:s3:::b/*',
  };
  const context = { 'aws:principalarn': `arn:aws:iam::${account}:user/anna`, 'aws:username': 'anna' };
  const request = {
    principal: user,
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::b/k',
    context,
    aws: true,
  };
  const denied = (policy: object) => evaluate({ ...policy, Statement: [statement] }, request).denied;
  expect([denied({ Version: '2012-10-17' }), denied({ Version: '2008-10-17' }), denied({})]).toEqual([
    'no',
    'yes',
    'yes',
  ]);
});

test('a hostile pattern takes no exponential time', () => {
  expect(
    outcome({ Resource: `arn:aws:s3:::b/${'*a'.repeat(200)}b` }, user, 's3:GetObject', 'a'.repeat(1024)),
  ).toBe('no');
});
