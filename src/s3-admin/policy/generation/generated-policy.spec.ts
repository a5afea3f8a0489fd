import fc from 'fast-check';
import { type Principal, parsePrincipal } from '../../aws/principal.js';
import { requestBy, uploadBy } from '../circumstances.js';
import { asList, type PolicyDocument } from '../document.js';
import { evaluate } from '../evaluation/evaluate.js';
import { findLosses } from '../lockout.js';
import { GENERATED_CONTROLS, generatedPolicy } from './generated-policy.js';

const EMPTY = '{"Version":"2012-10-17","Statement":[]}';
const account = '123456789012';
const root = parsePrincipal(`arn:aws:iam::${account}:root`);
const user = parsePrincipal(`arn:aws:iam::${account}:user/anna`, 'AIDAANNA');
const session = parsePrincipal(`arn:aws:sts::${account}:assumed-role/Deploy/ci`, 'AROADEPLOY:ci');
const stranger = parsePrincipal(`arn:aws:iam::${account}:role/Other`, 'AROAOTHER:x');
const circumstances = { secure: true, now: new Date(), aws: true, owner: account };

function generate(
  names: string[],
  caller: Principal = user,
  more: Partial<Parameters<typeof generatedPolicy>[3]> = {},
) {
  const controls = GENERATED_CONTROLS.filter(({ name }) => names.includes(name));
  return generatedPolicy(EMPTY, null, controls, {
    bucket: 'b',
    caller,
    keep: [],
    allowDefaultEncryption: false,
    ...more,
  });
}
const denied = (
  policy: PolicyDocument,
  who: Principal | 'anonymous',
  action: string,
  resource: string,
  secure = true,
) =>
  evaluate(policy, requestBy(who, action, `arn:aws:s3:::${resource}`, { ...circumstances, secure })).denied;

describe('only-me', () => {
  test.each([
    ['a user', user],
    ['an assumed role without known path', session],
    [
      'an assumed role with its path',
      { ...session, principalArn: `arn:aws:iam::${account}:role/ops/Deploy`, pathKnown: true },
    ],
    ['a federated user', parsePrincipal(`arn:aws:sts::${account}:federated-user/bob`)],
    ['the root', root],
  ])('lets %s and the root in and nobody else', (_, caller) => {
    const policy = generate(['only-me'], caller);
    const change = { bucket: 'b', partition: 'aws', current: null, proposed: policy };
    for (const who of [caller, root]) expect(findLosses(change, who, circumstances, true)).toEqual([]);
    for (const who of [stranger, 'anonymous'] as const)
      expect(denied(policy, who, 's3:GetObject', 'b/k')).toBe('yes');
  });

  test('goes by aws:PrincipalArn, never by NotPrincipal', () => {
    for (const caller of [user, session, root]) {
      expect(JSON.stringify(generate(['only-me'], caller))).not.toContain('NotPrincipal');
    }
  });

  test('spares those named with --keep', () => {
    const policy = generate(['only-me'], user, { keep: [stranger] });
    expect(denied(policy, stranger, 's3:GetObject', 'b/k')).toBe('no');
    expect(
      findLosses(
        { bucket: 'b', partition: 'aws', current: null, proposed: policy },
        stranger,
        circumstances,
        false,
      ),
    ).toEqual([]);
  });

  test('every session of the role gets in, not only the one that generated it', () => {
    const other = parsePrincipal(
      `arn:aws:sts::${account}:assumed-role/Deploy/tomorrow`,
      'AROADEPLOY:tomorrow',
    );
    const change = { bucket: 'b', partition: 'aws', current: null, proposed: generate(['only-me'], session) };
    expect(findLosses(change, other, circumstances, true)).toEqual([]);
  });
});

describe('tls-only', () => {
  test('names the bucket as well as its objects', () => {
    const policy = generate(['tls-only']);
    expect(policy.Statement[0]?.Resource).toEqual(['arn:aws:s3:::b', 'arn:aws:s3:::b/*']);
    expect(denied(policy, user, 's3:ListBucket', 'b', false)).toBe('yes');
    expect(denied(policy, user, 's3:GetObject', 'b/k', false)).toBe('yes');
    expect(denied(policy, user, 's3:GetObject', 'b/k', true)).toBe('no');
  });
});

describe('encrypted-only', () => {
  const upload = (policy: PolicyDocument, sse: string | null) => {
    const request = requestBy(user, 's3:PutObject', 'arn:aws:s3:::b/k', circumstances);
    const context = { ...request.context, 's3:x-amz-server-side-encryption': sse };
    return evaluate(policy, { ...request, context }).denied;
  };
  const sseC = (policy: PolicyDocument) =>
    evaluate(policy, uploadBy(user, 'arn:aws:s3:::b/k', 'sse-c', circumstances)).denied;

  test.each([
    [false, 'yes'],
    [true, 'no'],
  ])(
    'allowDefaultEncryption %s: an upload that asks for nothing is denied: %s',
    (allowDefaultEncryption, plain) => {
      const policy = generate(['encrypted-only'], user, { allowDefaultEncryption });
      expect(upload(policy, null)).toBe(plain);
      for (const sse of ['AES256', 'aws:kms', 'aws:kms:dsse']) expect(upload(policy, sse)).toBe('no');
      expect(upload(policy, 'ROT13')).toBe('yes');
      expect(sseC(policy)).toBe('yes');
    },
  );

  test('says that clients which rely on default encryption are denied', () => {
    const control = GENERATED_CONTROLS.find(({ name }) => name === 'encrypted-only');
    const context = { bucket: 'b', caller: user, keep: [], allowDefaultEncryption: false };
    expect(control?.note(context)).toMatch(
      /rely on the bucket's default encryption.*denied.*--allow-default-encryption/,
    );
  });

  test('is about PutObject only: elsewhere the keys are missing and the condition would deny always', () => {
    for (const { Action } of generate(['encrypted-only']).Statement) expect(Action).toBe('s3:PutObject');
    for (const action of [
      's3:GetObject',
      's3:DeleteObject',
      's3:AbortMultipartUpload',
      's3:ListMultipartUploadParts',
    ]) {
      expect(denied(generate(['encrypted-only']), user, action, 'b/k')).toBe('no');
    }
  });

  test('avoids what Ceph reads differently: lists under a negated operator', () => {
    for (const { Condition = {} } of generate(['encrypted-only']).Statement) {
      const negated = Object.entries(Condition).filter(([operator]) => operator.includes('Not'));
      for (const values of negated.flatMap(([, keys]) => Object.values(keys)))
        expect(asList(values)).toHaveLength(1);
    }
  });
});

describe('with a policy in force', () => {
  const logs: PolicyDocument['Statement'][number] = {
    Sid: 'Logs',
    Effect: 'Allow',
    Principal: { Service: 'logging.s3.amazonaws.com' },
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::b/logs/*',
  };
  const context = { bucket: 'b', caller: user, keep: [], allowDefaultEncryption: false };

  test('others’ statements stay, its own are replaced, and a second run changes nothing', () => {
    const first = generatedPolicy(EMPTY, { Statement: [logs] }, GENERATED_CONTROLS, context);
    expect(first.Statement.map(({ Sid }) => Sid)).toEqual([
      'Logs',
      ...GENERATED_CONTROLS.flatMap(({ sids }) => sids),
    ]);
    expect(generatedPolicy(EMPTY, first, GENERATED_CONTROLS, context)).toEqual(first);
    const fewer = generatedPolicy(EMPTY, first, GENERATED_CONTROLS.slice(1, 2), context);
    expect(fewer.Statement.map(({ Sid }) => Sid)).toEqual(['Logs', 'TlsOnly']);
  });

  test('the template comes first, with the bucket’s name and the account filled in', () => {
    const template = JSON.stringify({
      Statement: [{ ...logs, Resource: 'arn:{{partition}}:s3:::{{bucket}}/{{account}}/{{else}}' }],
    });
    const { Statement } = generatedPolicy(template, null, [], context);
    expect(Statement[0]?.Resource).toBe(`arn:aws:s3:::b/${account}/{{else}}`);
  });
});

describe('no generated policy locks the caller or the root out', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9+=,.@_-]{1,20}$/);
  const path = fc.array(name, { maxLength: 3 }).map((parts) => parts.map((part) => `${part}/`).join(''));
  const digits = fc.stringMatching(/^\d{12}$/);
  const partition = fc.constantFrom('aws', 'aws-cn', 'aws-us-gov');
  const principal: fc.Arbitrary<Principal> = fc.oneof(
    fc
      .tuple(partition, digits, path, name)
      .map(([p, a, way, n]) => parsePrincipal(`arn:${p}:iam::${a}:user/${way}${n}`)),
    fc
      .tuple(partition, digits, path, name)
      .map(([p, a, way, n]) => parsePrincipal(`arn:${p}:iam::${a}:role/${way}${n}`)),
    fc
      .tuple(partition, digits, name, name)
      .map(([p, a, n, s]) => parsePrincipal(`arn:${p}:sts::${a}:assumed-role/${n}/${s}`, `AROAX:${s}`)),
    fc
      .tuple(partition, digits, name)
      .map(([p, a, n]) => parsePrincipal(`arn:${p}:sts::${a}:federated-user/${n}`)),
    fc.tuple(partition, digits).map(([p, a]) => parsePrincipal(`arn:${p}:iam::${a}:root`)),
  );

  test('whoever it is, whichever controls, whatever stands in the policy already', () => {
    fc.assert(
      fc.property(
        principal,
        fc.array(principal, { maxLength: 3 }),
        fc.subarray([...GENERATED_CONTROLS]),
        fc.boolean(),
        (caller, keep, controls, allowDefaultEncryption) => {
          const context = { bucket: 'a-bucket', caller, keep, allowDefaultEncryption };
          const proposed = generatedPolicy(EMPTY, null, controls, context);
          const change = { bucket: 'a-bucket', partition: caller.partition, current: null, proposed };
          const account = parsePrincipal(`arn:${caller.partition}:iam::${caller.account}:root`);
          for (const who of [caller, account, ...keep]) {
            expect(findLosses(change, who, circumstances, true)).toEqual([]);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
