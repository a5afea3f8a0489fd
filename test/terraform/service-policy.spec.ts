import { asList, type PolicyDocument } from '../../src/s3-admin/policy/document.js';
import { evaluate } from '../../src/s3-admin/policy/evaluation/evaluate.js';
import { parsePrincipal } from '../../src/s3-admin/aws/principal.js';
import type { Asked } from '../kit/scripted-server.js';
import { recordCalls } from './recorded-calls.js';
import { BUCKET, type RenderedPolicies, renderPolicies } from './rendered-policies.js';
import { isPart, type Permission, permissionsFor } from './s3-permissions.js';

/** What Terraform allows the service, held against what the service's own processes asked of S3 over the wire. */
const service = parsePrincipal(
  'arn:aws:sts::123456789012:assumed-role/certstore-service/i-0123456789abcdef0',
);
const VIA_S3 = { 'kms:viaservice': 's3.eu-central-1.amazonaws.com' };

let rendered: RenderedPolicies;
beforeAll(async () => {
  rendered = await renderPolicies();
}, 300_000);

const decide = (policy: PolicyDocument, { action, resource, context }: Permission) =>
  evaluate(policy, {
    ...{ principal: service, action, resource, aws: true },
    context: { ...context, ...VIA_S3, 'aws:securetransport': 'true' },
  });

const refusedBy = (policy: PolicyDocument, asked: Permission[]) => [
  ...new Set(
    asked
      .filter((permission) => decide(policy, permission).allowed !== 'yes')
      .map(({ action, resource }) => `${action} on ${resource}`),
  ),
];

/** Actions of a policy that Certstore itself uses; the log is written by what ships it. */
const granted = (policy: PolicyDocument) =>
  policy.Statement.flatMap(({ Action }) => asList(Action)).filter((action) => !action.startsWith('logs:'));

const without = (policy: PolicyDocument, action: string): PolicyDocument => ({
  ...policy,
  Statement: policy.Statement.map((statement) => ({
    ...statement,
    Action: asList(statement.Action).filter((other) => other !== action),
  })),
});

describe.each([
  { encryption: 'AES256', identity: 'service', bucket: 'strict' },
  { encryption: 'aws:kms', identity: 'kms_service', bucket: 'kms_strict' },
] as const)('the service under $encryption', ({ encryption, identity, bucket }) => {
  let asked: Asked[];
  let demanded: Permission[];

  beforeAll(async () => {
    const kmsKey = encryption === 'aws:kms' ? rendered.kmsKey : undefined;
    asked = await recordCalls({
      AWS_S3_ENCRYPTION: encryption,
      ...(kmsKey && { AWS_S3_KMS_KEY_ID: kmsKey }),
    });
    demanded = asked.flatMap((request) => permissionsFor(request, BUCKET, kmsKey));
  }, 300_000);

  it('was heard with files of every kind', () => {
    const files = demanded.filter(({ resource }) => resource.startsWith(`${BUCKET}/`));
    const folders = files.map(({ resource }) => resource.slice(BUCKET.length).split('/')[1]);
    expect([...new Set(folders)].sort()).toEqual(['_archive', 'images', 'pdf']);
  });

  it('may do all that it was heard to do', () => {
    expect(refusedBy(rendered.policies[identity], demanded)).toEqual([]);
  });

  it('may do nothing else: each permission taken away refuses something it did', () => {
    const policy = rendered.policies[identity];
    const idle = granted(policy).filter(
      (action) => refusedBy(without(policy, action), demanded).length === 0,
    );
    expect(idle).toEqual([]);
  });

  it('is refused nothing by the bucket', () => {
    const denials = asked
      .filter((request) => !isPart(request))
      .flatMap((request) => permissionsFor(request, BUCKET))
      .flatMap((permission) => decide(rendered.policies[bucket], permission).denials);
    expect(denials).toEqual([]);
  });
});

const OBJECT = `${BUCKET}/pdf/2026/11/0f8fad5b-d9cb-469f-a165-70867728950e.pdf`;
const NO_HEADERS = {
  's3:x-amz-server-side-encryption': null,
  's3:x-amz-server-side-encryption-aws-kms-key-id': null,
  's3:x-amz-server-side-encryption-customer-algorithm': null,
};

describe('the service', () => {
  it.each([
    ['s3:PutBucketPolicy', BUCKET],
    ['s3:DeleteBucket', BUCKET],
    ['s3:PutLifecycleConfiguration', BUCKET],
    ['s3:BypassGovernanceRetention', OBJECT],
    ['s3:PutObjectAcl', OBJECT],
    ['s3:GetObject', `${BUCKET}/elsewhere/file`],
    ['s3:GetObject', 'arn:aws:s3:::another-bucket/pdf/x'],
  ])('is not given %s on %s', (action, resource) => {
    for (const name of ['service', 'kms_service'] as const) {
      const { allowed } = decide(rendered.policies[name], { action, resource, context: NO_HEADERS });
      expect(allowed).toBe('no');
    }
  });

  it('writes in no other encryption than its bucket has', () => {
    const put = (name: 'service' | 'kms_service', encryption: string) =>
      decide(rendered.policies[name], {
        action: 's3:PutObject',
        resource: OBJECT,
        context: { ...NO_HEADERS, 's3:x-amz-server-side-encryption': encryption },
      }).allowed;
    expect([put('service', 'AES256'), put('service', 'aws:kms')]).toEqual(['yes', 'no']);
    expect([put('kms_service', 'aws:kms'), put('kms_service', 'AES256')]).toEqual(['yes', 'no']);
  });

  it('uses the key through S3 alone', () => {
    const policy = rendered.policies.kms_service;
    const request = { principal: service, action: 'kms:Decrypt', resource: rendered.kmsKey, aws: true };
    expect(evaluate(policy, { ...request, context: VIA_S3 }).allowed).toBe('yes');
    expect(evaluate(policy, { ...request, context: { 'kms:viaservice': null } }).allowed).toBe('no');
  });
});

describe('the table of permissions', () => {
  it('refuses to judge a request that it does not know', () => {
    const request = {
      method: 'PUT',
      path: '/bucket/pdf/x',
      query: new URLSearchParams('acl'),
      headers: {},
      body: '',
    };
    expect(() => permissionsFor(request, BUCKET)).toThrow('no rule for PUT /bucket/pdf/x?acl=');
  });
});
