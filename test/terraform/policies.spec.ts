import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PolicyDocument, parsePolicy } from '../../src/s3-admin/policy/document.js';
import { evaluate } from '../../src/s3-admin/policy/evaluation/evaluate.js';
import { parsePrincipal } from '../../src/s3-admin/principal.js';
import { services } from '../services/index.js';
import { SERVICE_CALLS } from './service-calls.js';
import { TerraformCopy } from './terraform.js';

const BUCKET = 'arn:aws:s3:::example-org-certificates';
const OBJECT = `${BUCKET}/pdf/2026/11/0f8fad5b-d9cb-469f-a165-70867728950e.pdf`;
const service = parsePrincipal(
  'arn:aws:sts::123456789012:assumed-role/certstore-service/i-0123456789abcdef0',
);

const INSTANCES = `
provider "aws" {
  region                  = "eu-central-1"
  access_key              = "test"
  secret_key              = "test"
  skip_metadata_api_check = true
}

module "strict" {
  source      = "../modules/certificate-bucket"
  name        = "certstore"
  bucket_name = "example-org-certificates"
}

module "relaxed" {
  source                    = "../modules/certificate-bucket"
  name                      = "certstore"
  bucket_name               = "example-org-certificates"
  require_encryption_header = false
}

output "policies" {
  value = {
    service = module.strict.service_policy
    strict  = module.strict.bucket_policy
    relaxed = module.relaxed.bucket_policy
  }
}
`;

type Name = 'service' | 'strict' | 'relaxed';
let policies: Record<Name, PolicyDocument>;

/** Policies as Terraform would write them; a policy of an identity names no principal, so it is given everyone. */
function read(json: string): PolicyDocument {
  const document = JSON.parse(json) as { Statement: object[] };
  document.Statement = document.Statement.map((statement) => ({ Principal: '*', ...statement }));
  return parsePolicy(JSON.stringify(document), 'terraform');
}

beforeAll(async () => {
  const { endpoint } = await services.moto();
  const terraform = new TerraformCopy({ AWS_ENDPOINT_URL: endpoint });
  terraform.write('policies', 'main.tf', INSTANCES);
  await terraform.init('policies');
  await terraform.demand('policies', 'plan', '-out=plan');
  const plan = JSON.parse(await terraform.demand('policies', 'show', '-json', 'plan')) as {
    planned_values: { outputs: { policies: { value: Record<Name, string> } } };
  };
  const rendered = plan.planned_values.outputs.policies.value;
  policies = {
    service: read(rendered.service),
    strict: read(rendered.strict),
    relaxed: read(rendered.relaxed),
  };
}, 300_000);

function ask(name: Name, action: string, resource: string, headers: Record<string, string> = {}, tls = true) {
  const encryption = ['', '-aws-kms-key-id', '-customer-algorithm'].map(
    (key) => `s3:x-amz-server-side-encryption${key}`,
  );
  const context = {
    ...Object.fromEntries(encryption.map((key) => [key, headers[key.slice(3)] ?? null])),
    'aws:securetransport': String(tls),
  };
  return evaluate(policies[name], { principal: service, action, resource, context, aws: true });
}

const AES256 = { 'x-amz-server-side-encryption': 'AES256' };

describe('what the service may do', () => {
  test.each(Object.entries(SERVICE_CALLS))('%s', (_name, { actions, on, encrypts }) => {
    for (const action of actions) {
      const resource = on === 'bucket' ? BUCKET : OBJECT;
      const headers = encrypts ? AES256 : {};
      expect([action, ask('service', action, resource, headers).allowed]).toEqual([action, 'yes']);
      const isPart = action === 's3:PutObject' && !encrypts; // judged at CreateMultipartUpload
      if (!isPart) expect([action, ask('strict', action, resource, headers).denied]).toEqual([action, 'no']);
    }
  });

  test.each([
    ['s3:PutBucketPolicy', BUCKET],
    ['s3:DeleteBucket', BUCKET],
    ['s3:PutLifecycleConfiguration', BUCKET],
    ['s3:BypassGovernanceRetention', OBJECT],
    ['s3:PutObjectAcl', OBJECT],
    ['s3:GetObject', `${BUCKET}/elsewhere/file`],
    ['s3:GetObject', 'arn:aws:s3:::another-bucket/pdf/x'],
  ])('nothing more: not %s on %s', (action, resource) => {
    expect(ask('service', action, resource).allowed).toBe('no');
  });

  it('writes in no other encryption', () => {
    const kms = { 'x-amz-server-side-encryption': 'aws:kms' };
    expect(ask('service', 's3:PutObject', OBJECT, kms).allowed).toBe('no');
  });

  it('has every call in this table that its code makes', () => {
    const made = ['storage', 'certificates', 'migration', 'operations'].flatMap(commandsIn);
    expect(made).toContain('PutObject');
    expect(made.filter((name) => !(name in SERVICE_CALLS))).toEqual([]);
  });
});

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

  it('an upload that leaves its encryption to the bucket, unless that is let in', () => {
    expect(ask('strict', 's3:PutObject', OBJECT).denied).toBe('yes');
    expect(ask('relaxed', 's3:PutObject', OBJECT).denied).toBe('no');
  });

  it('nobody by NotPrincipal, which shuts out the sessions of a role', () => {
    for (const policy of Object.values(policies))
      expect(JSON.stringify(policy)).not.toContain('NotPrincipal');
  });
});

/** Names of the S3 commands that the files of src/<folder> import. @throws Error where there is no such folder */
function commandsIn(folder: string): string[] {
  const sources = readdirSync(join('src', folder), { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'),
  );
  return sources.flatMap((name) => {
    const text = readFileSync(join('src', folder, name), 'utf8');
    return [...text.matchAll(/\b([A-Z]\w+)Command\b/g)].map((match) => match[1] as string);
  });
}
