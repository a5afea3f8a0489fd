import type { BucketSettings } from '../bucket-settings.js';
import type { Statement } from '../document.js';
import { noWildcardAllow } from './no-wildcard-allow.js';

const account = '123456789012';

async function isOk(Condition: Statement['Condition'], more: Partial<Statement> = {}): Promise<boolean> {
  const statement: Statement = {
    ...{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::b/*' },
    ...(Condition && { Condition }),
    ...more,
  };
  const policy = async () => ({ text: '', document: { Statement: [statement] } });
  const settings = { bucket: 'b', policy } as unknown as BucketSettings;
  return (await noWildcardAllow.check({ settings, partition: 'aws' })).ok;
}

test.each<[string, Statement['Condition']]>([
  ['no condition', undefined],
  ['a role of that name in any account', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/app' } }],
  ['any organization', { StringLike: { 'aws:PrincipalOrgID': 'o-*' } }],
  ['whoever names a session so', { StringLike: { 'aws:userid': '*:app' } }],
  ['what the request itself says', { StringEquals: { 'aws:PrincipalAccount': '${aws:PrincipalAccount}' } }],
  ['both halves of the internet', { IpAddress: { 'aws:SourceIp': ['0.0.0.0/1', '128.0.0.0/1'] } }],
  ['one value of two', { StringLike: { 'aws:SourceVpce': ['vpce-1', '*'] } }],
  ['a key that may be missing', { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-abc' } }],
  ['all but some', { StringNotEquals: { 'aws:PrincipalArn': `arn:aws:iam::${account}:user/anna` } }],
  ['a header anyone can send', { StringEquals: { 'aws:Referer': 'https://example.org' } }],
])('%s is everyone', async (_, condition) => {
  expect(await isOk(condition)).toBe(false);
});

test.each<[string, Statement['Condition']]>([
  ['an organization', { StringEquals: { 'aws:PrincipalOrgID': 'o-abc' } }],
  ['a part of one', { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-abc/r-1/ou-2/*' } }],
  ['a role under any path', { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/*/app` } }],
  ['every session of a role', { StringLike: { 'aws:userid': 'AROAEXAMPLEEXAMPLE:*' } }],
  ['networks', { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '10.0.0.0/8', '2001:db8::/32'] } }],
  ['a VPC endpoint', { StringEquals: { 'aws:SourceVpce': 'vpce-1' } }],
  ['a bucket', { ArnEquals: { 'aws:SourceArn': 'arn:aws:s3:::source' } }],
])('%s is someone', async (_, condition) => {
  expect(await isOk(condition)).toBe(true);
});

test('an Allow for a named principal is none for everyone', async () => {
  expect(await isOk(undefined, { Principal: { AWS: account } })).toBe(true);
});
