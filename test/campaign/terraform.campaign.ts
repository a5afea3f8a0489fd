import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { text } from 'node:stream/consumers';
import { CreateAccessKeyCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  DeleteObjectCommand,
  HeadBucketCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { parse } from 'dotenv';
import { CompiledService } from '../kit/compiled-service.js';
import { OperatorCommand } from '../kit/operator-command.js';
import { type PrivateMoto, services, startMoto, temporaryFolder } from '../services/index.js';
import { TerraformCopy } from '../terraform/terraform.js';
import { selfSigned } from '../terraform/tls.js';

/**
 * Every environment and all options at once, for real: apply, a second plan that finds nothing to do, use, destroy. By
 * HTTPS, because the buckets' policies refuse anything else. Most of a run is the AWS provider waiting a minute for
 * lifecycle rules to settle, so the three run side by side.
 */
const REGION = 'eu-central-1';
const FOR_MOTO = `
terraform {
  backend "local" {}
}

provider "aws" {
  region                  = "${REGION}"
  access_key              = "test"
  secret_key              = "test"
  s3_use_path_style       = true
  skip_metadata_api_check = true
}
`;

let moto: PrivateMoto;
let terraform: TerraformCopy;
let options: object;
let certificate: string;

beforeAll(async () => {
  const tls = await selfSigned();
  certificate = tls.certificate;
  moto = await startMoto({ tls });
  terraform = new TerraformCopy({ AWS_ENDPOINT_URL: moto.endpoint, AWS_CA_BUNDLE: tls.certificate });
  const httpsAgent = new Agent({ ca: readFileSync(tls.certificate) });
  options = {
    endpoint: moto.endpoint,
    region: REGION,
    requestHandler: new NodeHttpHandler({ httpsAgent }),
  };
});
afterAll(() => moto?.stop());

const ADMINISTRATOR = { accessKeyId: 'test', secretAccessKey: 'test' };
const s3 = (credentials = ADMINISTRATOR) =>
  new S3Client({ ...options, credentials, forcePathStyle: true, maxAttempts: 1 });

async function apply(folder: string): Promise<void> {
  await terraform.init(folder);
  await terraform.demand(folder, 'apply', '-auto-approve');
  // Exit code 2 would be: there is something to do.
  await terraform.demand(folder, 'plan', '-detailed-exitcode');
}

async function output(folder: string, name: string): Promise<string> {
  return terraform.demand(folder, 'output', '-raw', name);
}

function environment(name: 'staging' | 'production'): { folder: string; bucket: string } {
  const folder = `environments/${name}`;
  const bucket = `certificates-${name}`;
  terraform.write(folder, 'moto_override.tf', FOR_MOTO);
  terraform.write(
    folder,
    'terraform.tfvars',
    `region = "${REGION}"\nbucket_name = "${bucket}"\nalarm_emails = ["on-call@example.org"]\n`,
  );
  return { folder, bucket };
}

it.concurrent('staging: applied, used by the service with what it hands out, destroyed with its files', async () => {
  const { folder, bucket } = environment('staging');
  await apply(folder);

  const env = parse(await output(folder, 'env_file'));
  expect(env).toMatchObject({ AWS_STORAGE_BUCKET_NAME: bucket, USE_S3_FOR_CERTS: 'false' });

  const iam = new IAMClient({ ...options, credentials: ADMINISTRATOR });
  const UserName = await output(folder, 'user_name');
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const accessKeyId = AccessKey?.AccessKeyId as string;
  const secretAccessKey = AccessKey?.SecretAccessKey as string;
  await useIt({ ...env, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
  const bare = { Bucket: bucket, Key: 'pdf/2026/11/0f8fad5b-d9cb-469f-a165-70867728950e.pdf', Body: 'x' };
  const service = s3({ accessKeyId, secretAccessKey });
  await expect(service.send(new PutObjectCommand(bare))).rejects.toThrow('Access Denied');

  // What the runbook on staging acceptance asks of the bucket.
  expect(await audit(bucket)).toEqual({
    code: 0,
    findings: expect.stringContaining('0 findings, 0 unknown'),
  });

  await terraform.demand(folder, 'destroy', '-auto-approve');
  await expect(s3().send(new HeadBucketCommand({ Bucket: bucket }))).rejects.toThrow();
});

/** The service as it stands in the `.env` block, before the move to S3 and after it: issue, migrate, issue, download. */
async function useIt(env: Record<string, string>): Promise<void> {
  const folder = temporaryFolder('staging');
  const given = {
    ...env,
    DATABASE_URL: await services.postgres(),
    MEDIA_ROOT: `${folder}/media`,
    // Where moto differs from AWS: its address, its certificate, and that it has no bucket's name in its own.
    ...{
      AWS_S3_ENDPOINT_URL: moto.endpoint,
      NODE_EXTRA_CA_CERTS: certificate,
      AWS_S3_ADDRESSING_STYLE: 'path',
    },
  };
  const service = await CompiledService.at(folder, given);
  await service.start();
  await service.call('PUT', '/api/tournaments/9/', {
    ...{ name: 'Candidates 2024', organizer_id: 'organizer', status: 'completed' },
    completed_at: '2024-04-22T20:00:00Z',
  });
  const issue = async (participant: string) => {
    const answer = await service.call('POST', '/api/tournaments/9/certificates/', {
      participant: { id: participant, user_id: 'owner', display_name: 'Judit Polgár' },
      certificate_type: 'winner',
    });
    const { id, files } = (await answer.json()) as { id: string; files: { location: string }[] };
    return { id, location: files[0]?.location };
  };
  const before = await issue('1');
  const migrated = await OperatorCommand.run(['migrate', '--json'], folder, given);
  // The PDF and its image.
  expect([migrated.code, migrated.json.migrated]).toEqual([0, 2]);

  await service.stop();
  await service.start({ USE_S3_FOR_CERTS: 'true' });
  const after = await issue('2');
  expect([before.location, after.location]).toEqual(['local', 's3']);
  for (const { id } of [before, after]) {
    const download = `/api/tournaments/certificates/${id}/download/?delivery=json`;
    const { url } = (await (await service.call('GET', download, undefined, 'owner')).json()) as {
      url: string;
    };
    expect(await fetchPdf(url)).toMatch(/^%PDF-/);
  }
  await service.stop();
}

/** By node:https, because fetch cannot be told to accept the tests' own certificate. */
function fetchPdf(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { ca: readFileSync(certificate) }, (answer) => void text(answer).then(resolve, reject)).on(
      'error',
      reject,
    );
  });
}

/** `npm run s3-admin -- policy audit BUCKET` */
function audit(bucket: string): Promise<{ code: number | null; findings: string }> {
  const child = spawn(process.execPath, ['dist/s3-admin/cli.js', 'policy', 'audit', bucket], {
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: moto.endpoint,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: ADMINISTRATOR.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ADMINISTRATOR.secretAccessKey,
      AWS_CA_BUNDLE: certificate,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let findings = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (findings += chunk.toString()));
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve({ code, findings }));
  });
}

it.concurrent('production: refuses to be destroyed until its guard is taken down by name', async () => {
  const { folder, bucket } = environment('production');
  await apply(folder);

  const refusal = await terraform.run(folder, 'destroy', '-auto-approve');
  expect(refusal).toEqual({
    code: 1,
    output: expect.stringMatching(/Instance cannot be destroyed[^]*bucket_guard/),
  });
  await s3().send(new HeadBucketCommand({ Bucket: bucket }));

  await terraform.demand(folder, 'state', 'rm', 'module.certificates.terraform_data.bucket_guard[0]');
  const logs = `${bucket}-logs`;
  expect(await terraform.run(folder, 'destroy', '-auto-approve')).toEqual({
    code: 1,
    output: expect.stringMatching(new RegExp(`deleting S3 Bucket \\(${logs}\\)[^]*not empty`)),
  });
  await empty(logs);
  await terraform.demand(folder, 'destroy', '-auto-approve');
});

async function empty(Bucket: string): Promise<void> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3() }, { Bucket })) {
    for (const { Key } of Contents) await s3().send(new DeleteObjectCommand({ Bucket, Key }));
  }
}

const EVERYTHING = `
provider "aws" {
  alias                   = "global"
  region                  = "us-east-1"
  access_key              = "test"
  secret_key              = "test"
  s3_use_path_style       = true
  skip_metadata_api_check = true
}

module "replica" {
  source        = "../modules/certificate-replica"
  providers     = { aws = aws.global }
  bucket_name   = "certificates-copy"
  encryption    = "aws:kms"
  object_lock   = true
  force_destroy = true
}

module "certificates" {
  source          = "../modules/certificate-bucket"
  name            = "certstore-everything"
  bucket_name     = "certificates-everything"
  prevent_destroy = false
  force_destroy   = true
  encryption      = "aws:kms"
  object_lock     = { mode = "GOVERNANCE", days = 1 }
  replica         = module.replica.replica
  principal       = "oidc"
  oidc = {
    provider_arn = "arn:aws:iam::123456789012:oidc-provider/issuer.example.org"
    subjects     = ["system:serviceaccount:certstore:api"]
  }
  alarm_emails                 = ["on-call@example.org", "second@example.org"]
  archive_storage_class        = "GLACIER_IR"
  cors_allowed_origins         = ["https://certificates.example.org"]
  cloudfront_distribution_arns = { site = "arn:aws:cloudfront::123456789012:distribution/EXAMPLE" }
  cloudtrail_data_events       = true
  move_small_files             = true
  require_encryption_header    = false
}
`;

it.concurrent('everything that can be switched on, at once', async () => {
  terraform.write('everything', 'main.tf', FOR_MOTO + EVERYTHING);
  await apply('everything');
  await terraform.demand('everything', 'destroy', '-auto-approve');
});

const DELIVERY = `
module "cdn" {
  source             = "../modules/certificate-cdn"
  name               = "certstore-delivery"
  bucket_domain_name = "certificates-everything.s3.${REGION}.amazonaws.com"
  public_key_pem     = file("../tests/public-key.pem")
}
`;

it.concurrent('CloudFront, signed cookies and the rate rule', async () => {
  terraform.write('delivery', 'main.tf', FOR_MOTO.replace(REGION, 'us-east-1') + DELIVERY);
  await terraform.init('delivery');
  // No second plan: moto forgets half of a distribution.
  await terraform.demand('delivery', 'apply', '-auto-approve');
  await terraform.demand('delivery', 'destroy', '-auto-approve');
});
