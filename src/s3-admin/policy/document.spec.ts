import { canonical, parsePolicy } from './document.js';

const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' };
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

describe('parsePolicy', () => {
  test.each([
    ['{', /mine\.json: not JSON/],
    ['{}', /mine\.json: Statement: /],
    [policy({ ...statement, Effect: 'Forbid' }), /Statement\.0\.Effect/],
    [
      policy(statement, { ...statement, NotPrincipal: '*' }),
      /Statement\.1: needs either Principal or NotPrincipal/,
    ],
    [policy({ ...statement, Resource: undefined }), /needs either Resource or NotResource/],
    [policy({ ...statement, Conditions: {} }), /Statement\.0: .*Conditions/],
  ])('%s is refused with the place that is wrong', (text, message) => {
    expect(() => parsePolicy(text, 'mine.json')).toThrow(message);
  });

  test('a single statement is a list of one', () => {
    expect(parsePolicy(JSON.stringify({ Statement: statement }), 'x').Statement).toEqual([statement]);
  });
});

describe('canonical', () => {
  const same = (one: object, other: object) =>
    canonical(parsePolicy(policy(one), 'x')) === canonical(parsePolicy(policy(other), 'x'));

  test('sees through what S3 changes when it stores a policy', () => {
    expect(
      same(
        { ...statement, Principal: { AWS: '123456789012' }, Action: ['s3:GetObject', 's3:putobject'] },
        {
          ...statement,
          Principal: { AWS: ['arn:aws:iam::123456789012:root'] },
          Action: ['s3:PutObject', 's3:GetObject'],
        },
      ),
    ).toBe(true);
    expect(
      same(
        { ...statement, Principal: { AWS: '123456789012' } },
        { ...statement, Principal: { AWS: 'arn:aws-cn:iam::123456789012:root' } },
      ),
    ).toBe(true);
    expect(
      same(
        { ...statement, Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
        { ...statement, Condition: { Bool: { 'AWS:securetransport': [false] } } },
      ),
    ).toBe(true);
  });

  test('keeps apart what means something else', () => {
    expect(same(statement, { ...statement, Effect: 'Deny' })).toBe(false);
    expect(same(statement, { ...statement, Resource: 'arn:aws:s3:::b/K*' })).toBe(false);
    expect(same(statement, { ...statement, Condition: { Bool: { 'aws:SecureTransport': 'true' } } })).toBe(
      false,
    );
    expect(same({ ...statement, Action: undefined, NotAction: 's3:GetObject' }, statement)).toBe(false);
  });
});
