import type { BucketSettings } from '../bucket-settings.js';
import type { Statement } from '../document.js';
import { BUCKET_ACTIONS, OBJECT_ACTIONS } from '../s3-actions.js';
import type { Control } from './control.js';
import { encryptedUploads } from './encrypted-uploads.js';
import { sseCDenied } from './sse-c-denied.js';
import { tlsOnly } from './tls-only.js';

const SSE = 's3:x-amz-server-side-encryption';
const overHttp = { Bool: { 'aws:SecureTransport': 'false' } };
const unencrypted = { Null: { [SSE]: 'true' } };
const withSseC = { Null: { [`${SSE}-customer-algorithm`]: 'false' } };

/** The control's verdict on a bucket whose policy has only this Deny, and that has no other settings. */
async function passes(control: Control, condition: object, more: object = {}): Promise<boolean> {
  const everything = { Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::b/*'] };
  const statement = {
    ...{ Effect: 'Deny', Principal: '*', Action: 's3:*' },
    ...('NotResource' in more ? {} : everything),
    Condition: condition,
    ...more,
  } as Statement;
  if (statement.NotPrincipal) delete statement.Principal;
  const policy = async () => ({ text: '', document: { Version: '2012-10-17', Statement: [statement] } });
  const settings = { bucket: 'b', policy, encryption: async () => null } as unknown as BucketSettings;
  return (await control.check({ settings, partition: 'aws' })).ok;
}

describe.each([
  { control: tlsOnly, condition: overHttp },
  { control: encryptedUploads, condition: unencrypted },
  { control: sseCDenied, condition: withSseC },
])('$control.id', ({ control, condition }) => {
  test('a Deny for everyone and everything is enough', async () => {
    expect(await passes(control, condition)).toBe(true);
  });

  test.each<[string, object]>([
    ['some of the objects', { NotResource: 'arn:aws:s3:::b/public/*' }],
    ['an administrator', { NotPrincipal: { AWS: 'arn:aws:iam::123456789012:user/admin' } }],
    [
      'what a service does for one source',
      { Condition: { ...condition, ArnNotLikeIfExists: { 'aws:SourceArn': 'arn:aws:s3:::source' } } },
    ],
    [
      'what a service passes on',
      { Condition: { ...condition, StringEquals: { 'aws:ViaAWSService': 'false' } } },
    ],
  ])('a Deny that exempts %s is not', async (_, exempt) => {
    expect(await passes(control, condition, exempt)).toBe(false);
  });
});

describe('tls-only', () => {
  const named = [...BUCKET_ACTIONS, ...OBJECT_ACTIONS];
  test.each<[string, object]>([
    ['a right that no list has', { NotAction: 's3:BypassGovernanceRetention' }],
    ['a group of rights', { NotAction: 's3:*Inventory*' }],
    ['what it does not list', { Action: named }],
  ])('a Deny that exempts %s is not enough', async (_, exempt) => {
    const { Action = undefined, ...rest } = exempt as { Action?: string[] };
    expect(await passes(tlsOnly, overHttp, { Action, ...rest })).toBe(false);
  });

  test('a Deny of everything but a right that does not exist on S3 is enough', async () => {
    expect(await passes(tlsOnly, overHttp, { Action: undefined, NotAction: 'iam:*' })).toBe(true);
  });
});
