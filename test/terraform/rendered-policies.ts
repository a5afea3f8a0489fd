import { type PolicyDocument, parsePolicy } from '../../src/s3-admin/policy/document.js';
import { services } from '../services/index.js';
import { TerraformCopy } from './terraform.js';

export const BUCKET = 'arn:aws:s3:::example-org-certificates';

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

module "kms" {
  source      = "../modules/certificate-bucket"
  name        = "certstore"
  bucket_name = "example-org-certificates"
  encryption  = "aws:kms"
}

output "policies" {
  value = {
    service     = module.strict.service_policy
    strict      = module.strict.bucket_policy
    relaxed     = module.relaxed.bucket_policy
    kms_service = module.kms.service_policy
    kms_strict  = module.kms.bucket_policy
  }
}

output "kms_key" {
  value = module.kms.kms_key_arn
}
`;

const NAMES = ['service', 'strict', 'relaxed', 'kms_service', 'kms_strict'] as const;
export type PolicyName = (typeof NAMES)[number];

export interface RenderedPolicies {
  policies: Record<PolicyName, PolicyDocument>;
  kmsKey: string;
}

/** The policies of three installations as Terraform would write them. */
export async function renderPolicies(): Promise<RenderedPolicies> {
  const { endpoint } = await services.moto();
  return TerraformCopy.withProvider({ AWS_ENDPOINT_URL: endpoint }, planPolicies);
}

async function planPolicies(terraform: TerraformCopy): Promise<RenderedPolicies> {
  terraform.write('policies', 'main.tf', INSTANCES);
  await terraform.init('policies');
  // A plan knows every policy but those that name the key, whose ARN AWS makes.
  await terraform.demand('policies', 'apply', '-auto-approve', '-target=module.kms.aws_kms_key.certificates');
  await terraform.demand('policies', 'plan', '-out=plan');
  const plan = JSON.parse(await terraform.demand('policies', 'show', '-json', 'plan')) as {
    planned_values: {
      outputs: { policies: { value: Record<PolicyName, string> }; kms_key: { value: string } };
    };
  };
  const { policies, kms_key } = plan.planned_values.outputs;
  const read = NAMES.map((name) => [name, parseRendered(policies.value[name])] as const);
  return { policies: Object.fromEntries(read) as Record<PolicyName, PolicyDocument>, kmsKey: kms_key.value };
}

/** A policy of an identity names no principal, so it is given everyone. */
function parseRendered(json: string): PolicyDocument {
  const document = JSON.parse(json) as { Statement: object[] };
  document.Statement = document.Statement.map((statement) => ({ Principal: '*', ...statement }));
  return parsePolicy(JSON.stringify(document), 'terraform');
}
