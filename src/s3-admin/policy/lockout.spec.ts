import { type Principal, parsePrincipal } from '../aws/principal.js';
import type { Statement } from './document.js';
import { findLosses } from './lockout.js';

const account = '123456789012';
const user = parsePrincipal(`arn:aws:iam::${account}:user/anna`, 'AIDAANNA');
const session = parsePrincipal(`arn:aws:sts::${account}:assumed-role/Deploy/ci`, 'AROADEPLOY:ci');
const root = parsePrincipal(`arn:aws:iam::${account}:root`);
const Resource = ['arn:aws:s3:::b', 'arn:aws:s3:::b/*'];
const circumstances = { secure: true, now: new Date(), aws: true, owner: account };

const deny = (Condition?: Statement['Condition'], more: Partial<Statement> = {}): Statement => ({
  Sid: 'D',
  Effect: 'Deny',
  ...(more.NotPrincipal ? {} : { Principal: '*' }),
  Action: 's3:*',
  Resource,
  ...(Condition && { Condition }),
  ...more,
});
const allow = (AWS: string, Action: string | string[] = 's3:*'): Statement => ({
  Sid: 'A',
  Effect: 'Allow',
  Principal: { AWS },
  Action,
  Resource,
});

function lost(
  current: Statement[] | null,
  proposed: Statement[],
  who: Principal = user,
  more = {},
): string[] {
  const change = {
    bucket: 'b',
    partition: who.partition,
    current: current && { Statement: current },
    proposed: { Statement: proposed },
  };
  const losses = findLosses(change, who, { ...circumstances, ...more }, true);
  return [...new Set(losses.map(({ action }) => action))];
}

describe('a change that takes something away', () => {
  test('Deny for all', () => {
    expect(lost(null, [deny()])).toEqual(
      expect.arrayContaining(['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:GetObject']),
    );
  });

  test('Deny by an address nobody knows here may deny, so it counts', () => {
    const elsewhere = deny({ NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } });
    expect(lost(null, [elsewhere])).toContain('s3:PutBucketPolicy');
  });

  test('uploads that must be encrypted as the bucket is are lost only where it is encrypted otherwise', () => {
    const sse = 's3:x-amz-server-side-encryption';
    const key = 'arn:aws:kms:eu-central-1:123456789012:key/0f8fad5b';
    const upload = { Action: 's3:PutObject' };
    const demands = [
      deny({ StringNotEquals: { [sse]: 'aws:kms' } }, upload),
      deny({ ArnNotEquals: { [`${sse}-aws-kms-key-id`]: key } }, upload),
    ];
    const losing = (more: object) => lost(null, demands, user, more);
    expect(losing({})).toEqual(['s3:PutObject']);
    expect(losing({ encryption: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key } })).toEqual([]);
    // Of the account's aws/s3 key, of another one, and of one by its alias, which may be any.
    for (const other of [undefined, key.replace('0f', '1f'), 'alias/certificates']) {
      expect(losing({ encryption: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: other } })).toEqual([
        's3:PutObject',
      ]);
    }
  });

  test('Deny on a folder that each user has under the own name', () => {
    const Resource = 'arn:aws:s3:::b/home/${aws:username}/*';
    const proposed = { Version: '2012-10-17' as const, Statement: [deny(undefined, { Resource })] };
    const losses = findLosses(
      { bucket: 'b', partition: 'aws', current: null, proposed },
      user,
      circumstances,
      true,
    );
    expect(losses.map(({ resource }) => resource)).toContain('arn:aws:s3:::b/home/anna/x');
  });

  test('the same Deny standing today takes nothing away', () => {
    const elsewhere = deny({ NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } });
    expect(lost([elsewhere], [elsewhere, allow(user.arn)])).toEqual([]);
    expect(lost([elsewhere], [deny({ NotIpAddress: { 'aws:SourceIp': '198.51.100.0/24' } })])).not.toEqual(
      [],
    );
  });

  test('Deny under one prefix is met by a key of that prefix', () => {
    expect(lost(null, [deny(undefined, { Resource: 'arn:aws:s3:::b/private/*' })])).toContain('s3:GetObject');
    expect(lost(null, [deny(undefined, { Resource: 'arn:aws:s3:::other/*' })])).toEqual([]);
  });

  test('an action that only the policy knows is tried', () => {
    expect(lost(null, [deny(undefined, { Action: 's3:GetObjectTorrent' })])).toEqual(['s3:GetObjectTorrent']);
  });

  test.each(['s3:BypassGovernanceRetention', 's3:Bypass*'])('%s, too, on objects alone', (Action) => {
    const Resource = 'arn:aws:s3:::b/*';
    expect(lost(null, [deny(undefined, { Action, Resource })])).toEqual([Action]);
  });

  test('an Allow that goes away, or narrows', () => {
    expect(lost([allow(user.arn)], [])).toContain('s3:GetObject');
    expect(lost([allow(user.arn)], [allow(user.arn, 's3:Get*')])).not.toContain('s3:GetObject');
    expect(lost([allow(user.arn)], [allow(user.arn, 's3:Get*')])).toContain('s3:PutObject');
    expect(lost([allow(root.arn)], [], root)).toEqual([]);
  });

  test('another account lives by the Allow for it, its root as well as its roles', () => {
    const partner = '999999999999';
    const theirs = [':role/sync', ':root'].map((name) => parsePrincipal(`arn:aws:iam::${partner}${name}`));
    for (const who of theirs) {
      expect(lost([allow(`arn:aws:iam::${partner}:root`)], [], who)).toContain('s3:GetObject');
      expect(lost([allow(partner)], [allow(`arn:aws:iam::${partner}:root`)], who)).toEqual([]);
    }
    expect(lost([allow(root.arn)], [], session)).toEqual([]);
  });

  test('what every client of today is known to do: TLS 1.2 or newer, signature version 4', () => {
    const old = deny({ NumericLessThan: { 's3:TlsVersion': '1.2' } });
    const unsigned = deny({ StringNotEquals: { 's3:signatureversion': 'AWS4-HMAC-SHA256' } });
    for (const who of [user, root]) expect(lost(null, [old, unsigned], who)).toEqual([]);
    expect(lost(null, [deny({ NumericLessThan: { 's3:TlsVersion': '1.3' } })])).not.toEqual([]);
    expect(lost(null, [old], user, { aws: false })).not.toEqual([]);
  });

  test('the account’s root goes by its number as aws:userid', () => {
    const others = deny({ StringNotLike: { 'aws:userid': ['AROADEPLOY:*', account] } });
    for (const who of [session, root]) expect(lost(null, [others], who)).toEqual([]);
    expect(lost(null, [others])).toContain('s3:PutBucketPolicy');
  });

  test('what was denied before is no loss, but nobody puts a policy they could not mend', () => {
    expect(lost([deny()], [deny()])).toEqual(['s3:GetBucketPolicy', 's3:PutBucketPolicy']);
  });

  test('a demand for TLS over an endpoint without TLS', () => {
    const tls = deny({ Bool: { 'aws:SecureTransport': 'false' } });
    expect(lost(null, [tls])).toEqual([]);
    expect(lost(null, [tls], user, { secure: false })).toContain('s3:PutBucketPolicy');
  });

  test('a Deny that begins on a day to come', () => {
    const day = 86_400_000;
    const at = (days: number) => new Date(Date.now() + days * day).toISOString();
    const later = deny({ DateGreaterThan: { 'aws:CurrentTime': at(7) } });
    const between = { ...deny(), Condition: { NumericGreaterThanEquals: { 'aws:EpochTime': 4e9 } } };
    const window = deny({
      DateGreaterThan: { 'aws:CurrentTime': at(7) },
      DateLessThan: { 'aws:CurrentTime': at(8) },
    });
    for (const one of [later, between, window]) {
      expect(lost(null, [one])).toContain('s3:PutBucketPolicy');
      // It stands today, and the caller can still mend it.
      expect(lost([one], [one])).toEqual([]);
    }
    expect(lost(null, [deny({ DateLessThan: { 'aws:CurrentTime': at(-1) } })])).toEqual([]);
  });

  test('aws:PrincipalArn on a server that may not fill it', () => {
    const others = deny({ StringNotEqualsIfExists: { 'aws:PrincipalArn': user.arn } });
    expect(lost(null, [others])).toEqual([]);
    expect(lost(null, [others], user, { aws: false })).toContain('s3:PutBucketPolicy');
  });
});

describe('assumed roles', () => {
  const others = (...arns: string[]) => deny({ StringNotLike: { 'aws:PrincipalArn': arns } });
  const role = `arn:aws:iam::${account}:role`;

  test('NotPrincipal with the role alone locks its sessions out', () => {
    expect(lost(null, [deny(undefined, { NotPrincipal: { AWS: `${role}/Deploy` } })], session)).not.toEqual(
      [],
    );
  });

  test('the session’s own ARN does not spare it by aws:PrincipalArn; the role’s does', () => {
    expect(lost(null, [others(session.arn)], session)).not.toEqual([]);
    expect(lost(null, [others(`${role}/Deploy`)], { ...session, pathKnown: true })).toEqual([]);
  });

  test('without the role’s path, only both spellings are safe', () => {
    expect(lost(null, [others(`${role}/Deploy`)], session)).not.toEqual([]);
    expect(lost(null, [others(`${role}/Deploy`, `${role}/*/Deploy`)], session)).toEqual([]);
  });

  test('without the role’s path, a Deny of one path may be about it', () => {
    const one = deny({ StringEquals: { 'aws:PrincipalArn': `${role}/ops/Deploy` } });
    expect(lost(null, [one], session)).not.toEqual([]);
  });
});
