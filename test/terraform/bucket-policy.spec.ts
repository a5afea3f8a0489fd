import { evaluate } from '../../src/s3-admin/policy/evaluation/evaluate.js';
import { parsePrincipal } from '../../src/s3-admin/aws/principal.js';
import { BUCKET, type PolicyName, type RenderedPolicies, renderPolicies } from './rendered-policies.js';

const OBJECT = `${BUCKET}/pdf/2026/11/0f8fad5b-d9cb-469f-a165-70867728950e.pdf`;
const service = parsePrincipal(
  'arn:aws:sts::123456789012:assumed-role/certstore-service/i-0123456789abcdef0',
);
const AES256 = { 'x-amz-server-side-encryption': 'AES256' };

let policies: RenderedPolicies['policies'];
beforeAll(async () => {
  ({ policies } = await renderPolicies());
}, 300_000);

function ask(
  name: PolicyName,
  action: string,
  resource: string,
  headers: Record<string, string> = {},
  tls = true,
) {
  const encryption = ['', '-aws-kms-key-id', '-customer-algorithm'].map(
    (key) => `s3:x-amz-server-side-encryption${key}`,
  );
  const context = {
    ...Object.fromEntries(encryption.map((key) => [key, headers[key.slice(3)] ?? null])),
    'aws:securetransport': String(tls),
  };
  return evaluate(policies[name], { principal: service, action, resource, context, aws: true });
}

describe('what the bucket refuses of anyone', () => {
  it('plain HTTP, on the bucket as on its objects', () => {
    expect(ask('strict', 's3:GetObject', OBJECT, {}, false).denied).toBe('yes');
    expect(ask('strict', 's3:ListBucket', BUCKET, {}, false).denied).toBe('yes');
    expect(ask('strict', 's3:ListBucket', BUCKET).denied).toBe('no');
  });

  it('other encryption, and SSE-C', () => {
    const customer = { ...AES256, 'x-amz-server-side-encryption-customer-algorithm': 'AES256' };
    for (const name of ['strict', 'relaxed'] as const) {
      expect(ask(name, 's3:PutObject', OBJECT, AES256).denied).toBe('no');
      expect(ask(name, 's3:PutObject', OBJECT, { 'x-amz-server-side-encryption': 'aws:kms' }).denied).toBe(
        'yes',
      );
      expect(ask(name, 's3:PutObject', OBJECT, customer).denied).toBe('yes');
    }
  });

  it('no read and no delete for want of a header that only uploads carry', () => {
    for (const name of ['strict', 'relaxed', 'kms_strict'] as const) {
      for (const action of ['s3:GetObject', 's3:DeleteObject', 's3:DeleteObjectVersion'])
        expect([name, action, ask(name, action, OBJECT).denied]).toEqual([name, action, 'no']);
    }
  });

  it('an upload that leaves its encryption to the bucket, unless that is let in', () => {
    expect(ask('strict', 's3:PutObject', OBJECT).denied).toBe('yes');
    expect(ask('relaxed', 's3:PutObject', OBJECT).denied).toBe('no');
  });

  it('nobody by NotPrincipal, which shuts out the sessions of a role', () => {
    for (const policy of Object.values(policies))
      expect(JSON.stringify(policy)).not.toContain('NotPrincipal');
  });
});
