import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CreateAccessKeyCommand, CreateRoleCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { Clients } from '../../../src/s3-admin/aws/clients.js';
import type { BucketResult } from '../../../src/s3-admin/policy/bucket-result.js';
import { parsePolicy } from '../../../src/s3-admin/policy/document.js';
import { PolicyFiles } from '../../../src/s3-admin/policy/policy-files.js';
import { verify } from '../../../src/s3-admin/policy/replace-policy.js';
import { type PrivateMoto, startMoto, temporaryFolder } from '../../services/index.js';
import { call, type Settings, withVariables } from './call.js';

type Report = { results: BucketResult[]; totals: Record<string, number> };

let moto: PrivateMoto;
let root: Settings;
let anna: Settings;
let bert: Settings;
let deploy: Settings;
let made = 0;

const settingsOf = (id: string, secret: string, token?: string): Settings => ({
  AWS_S3_ENDPOINT_URL: moto.endpoint,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: id,
  AWS_SECRET_ACCESS_KEY: secret,
  ...(token && { AWS_SESSION_TOKEN: token }),
});

function connection(settings: Settings, region = 'us-east-1') {
  return {
    endpoint: moto.endpoint,
    region,
    credentials: {
      accessKeyId: settings.AWS_ACCESS_KEY_ID as string,
      secretAccessKey: settings.AWS_SECRET_ACCESS_KEY as string,
      ...(settings.AWS_SESSION_TOKEN && { sessionToken: settings.AWS_SESSION_TOKEN }),
    },
  };
}

const s3 = (settings: Settings, region?: string) =>
  new S3Client({
    ...connection(settings, region),
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });

async function userNamed(UserName: string): Promise<Settings> {
  const iam = new IAMClient(connection(root));
  await iam.send(new CreateUserCommand({ UserName }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return settingsOf(AccessKey?.AccessKeyId as string, AccessKey?.SecretAccessKey as string);
}

async function sessionOf(RoleName: string, Path: string): Promise<Settings> {
  const iam = new IAMClient(connection(root));
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument: '{}' }));
  const sts = new STSClient(connection(root));
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'night-shift' }),
  );
  return settingsOf(
    Credentials?.AccessKeyId as string,
    Credentials?.SecretAccessKey as string,
    Credentials?.SessionToken,
  );
}

async function newBucket(): Promise<string> {
  const Bucket = `policy-${process.pid}-${++made}`;
  await s3(root).send(new CreateBucketCommand({ Bucket }));
  return Bucket;
}

const policyOf = async (Bucket: string): Promise<string | undefined> =>
  (
    await s3(root)
      .send(new GetBucketPolicyCommand({ Bucket }))
      .catch(() => undefined)
  )?.Policy;

/** Generates and applies; the bucket's result of the apply. */
async function harden(
  who: Settings,
  bucket: string,
  controls: string,
  folder = temporaryFolder('policies'),
  ...more: string[]
) {
  const written = await call(
    who,
    'policy',
    'generate',
    bucket,
    '--controls',
    controls,
    '--folder',
    folder,
    ...more,
  );
  expect([written.code, written.stderr]).toEqual([0, expect.anything()]);
  const applied = await call(who, 'policy', 'apply', bucket, '--execute', '--json', '--folder', folder);
  return { folder, code: applied.code, result: applied.json<Report>().results[0] as BucketResult };
}

beforeAll(async () => {
  moto = await startMoto();
  root = settingsOf(moto.accessKey, moto.secretKey);
  anna = await userNamed('anna');
  bert = await userNamed('bert');
  deploy = await sessionOf('Deploy', '/ops/');
});
afterAll(() => moto?.stop());

describe('info', () => {
  test('on an assumed role: account, role with its path, buckets with region and settings', async () => {
    const bucket = await newBucket();
    await s3(root, 'eu-west-1').send(
      new CreateBucketCommand({
        Bucket: `${bucket}-eu`,
        CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
      }),
    );
    const { code, json } = await call(deploy, 'info', '--json');
    const info = json<{ buckets: { name: string; region: string }[] }>();
    expect(code).toBe(0);
    expect(info).toMatchObject({
      account: moto.accountId,
      arn: `arn:aws:sts::${moto.accountId}:assumed-role/Deploy/night-shift`,
      kind: 'assumed role',
      principal_arn: `arn:aws:iam::${moto.accountId}:role/ops/Deploy`,
    });
    expect(info.buckets.find(({ name }) => name === `${bucket}-eu`)).toMatchObject({
      region: 'eu-west-1',
      versioning: 'never enabled',
      public_access: 'not blocked',
      policy: 'none',
      logging: 'none',
      errors: {},
    });
  });

  test('for people: one table, and who is asking', async () => {
    const { code, stdout } = await call(anna, 'info');
    expect(code).toBe(0);
    expect(stdout).toContain(`arn:aws:iam::${moto.accountId}:user/anna (user)`);
    expect(stdout).toMatch(/BUCKET +REGION +VERSIONING +ENCRYPTION +PUBLIC ACCESS +POLICY +LOGGING/);
  });

  test('wrong credentials end with the next step and no stack trace', async () => {
    const { code, stderr } = await call({ ...root, AWS_SECRET_ACCESS_KEY: 'wrong' }, 'info');
    expect(code).toBe(2);
    expect(stderr).toMatch(/error: SignatureDoesNotMatch.*\n {2}next: check AWS_SECRET_ACCESS_KEY/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe('audit', () => {
  test('finds what is open, and nothing on a hardened bucket', async () => {
    const Bucket = await newBucket();
    const open = await call(anna, 'policy', 'audit', Bucket, '--json');
    expect(open.code).toBe(1);
    const findings = open
      .json<{ results: never; buckets: { controls: { control: string; status: string }[] }[] }>()
      .buckets[0]?.controls.filter(({ status }) => status !== 'ok')
      .map(({ control }) => control);
    expect(findings).toEqual([
      'public-access-block',
      'tls-only',
      'encrypted-uploads',
      'sse-c-denied',
      'owner-enforced',
      'versioning',
      'logging',
      'lifecycle',
    ]);

    const client = s3(root);
    const on = {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    };
    await client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: on }));
    await client.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    await client.send(
      new PutBucketOwnershipControlsCommand({
        Bucket,
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      }),
    );
    const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } }];
    await client.send(
      new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }),
    );
    await harden(anna, Bucket, 'encrypted-only');
    const better = await call(anna, 'policy', 'audit', Bucket);
    expect(better.code).toBe(1);
    const status = (control: string) => new RegExp(`${control} +(\\w+)`).exec(better.stdout)?.[1];
    for (const control of [
      'public-access-block',
      'encrypted-uploads',
      'sse-c-denied',
      'owner-enforced',
      'versioning',
    ]) {
      expect([control, status(control)]).toEqual([control, 'ok']);
    }
    for (const control of ['tls-only', 'logging', 'lifecycle']) expect(status(control)).toBe('finding');
  });

  test('a TLS statement without the bucket’s own ARN, and an Allow for everyone, are findings', async () => {
    const Bucket = await newBucket();
    const objects = `arn:aws:s3:::${Bucket}/*`;
    const tls = { Bool: { 'aws:SecureTransport': 'false' } };
    const Statement = [
      { Sid: 'HalfTls', Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: objects, Condition: tls },
      {
        Sid: 'Everyone',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: 's3:GetObject',
        Resource: objects,
      },
    ];
    await s3(root).send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Statement }) }));
    const { stdout } = await call(root, 'policy', 'audit', Bucket);
    expect(stdout).toMatch(/tls-only +finding +not denied over http:\/\/: s3:GetBucketPolicy\n/);
    expect(stdout).toMatch(/no-wildcard-allow +finding +allows everyone: Everyone/);
  });
});

describe('only-me', () => {
  test.each([
    ['a user', () => anna, () => bert],
    ['an assumed role', () => deploy, () => anna],
  ])('applied by %s: it stays in, others are out, rollback lets them in again', async (_, me, other) => {
    const Bucket = await newBucket();
    const { folder, result } = await harden(me(), Bucket, 'only-me');
    expect(result.status).toBe('applied');
    await s3(me()).send(new PutObjectCommand({ Bucket, Key: 'mine', Body: 'x' }));
    await expect(s3(other()).send(new GetObjectCommand({ Bucket, Key: 'mine' }))).rejects.toThrow(/Denied/);
    await expect(s3(other()).send(new GetBucketPolicyCommand({ Bucket }))).rejects.toThrow(/Denied/);

    const back = await call(me(), 'policy', 'rollback', Bucket, '--folder', folder);
    expect([back.code, back.stdout]).toEqual([0, expect.stringContaining('to no policy')]);
    await s3(other()).send(new GetObjectCommand({ Bucket, Key: 'mine' }));
  });

  test('generated by one caller, another who would lock himself out with it is refused', async () => {
    const Bucket = await newBucket();
    const folder = temporaryFolder('policies');
    await call(anna, 'policy', 'generate', Bucket, '--controls', 'only-me', '--folder', folder);
    const applied = await call(bert, 'policy', 'apply', Bucket, '--execute', '--folder', folder);
    expect(applied.code).toBe(1);
    expect(applied.stdout).toMatch(/refused +somebody would be locked out; nothing was changed/);
    expect(applied.stdout).toMatch(
      /user\/bert would lose s3:GetBucketPolicy, s3:PutBucketPolicy.* OnlyMeDenyOthers/,
    );
    expect(await policyOf(Bucket)).toBeUndefined();
  });

  test('a principal named with --keep must not lose; one only named in the old policy is warned of', async () => {
    const Bucket = await newBucket();
    const AWS = `arn:aws:iam::${moto.accountId}:user/bert`;
    const Statement = [
      {
        Sid: 'Bert',
        Effect: 'Allow',
        Principal: { AWS },
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${Bucket}/*`,
      },
    ];
    await s3(root).send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Statement }) }));
    const folder = temporaryFolder('policies');
    await call(anna, 'policy', 'generate', Bucket, '--controls', 'only-me', '--folder', folder);
    const plan = await call(anna, 'policy', 'apply', Bucket, '--folder', folder);
    expect(plan.stdout).toMatch(/planned +would add OnlyMeAllow, OnlyMeDenyOthers/);
    expect(plan.stdout).toContain(`${AWS} would lose`);
    const kept = await call(anna, 'policy', 'apply', Bucket, '--folder', folder, '--keep', AWS);
    expect([kept.code, kept.stdout]).toEqual([1, expect.stringContaining('refused')]);
    const { result } = await harden(anna, Bucket, 'only-me', folder, '--keep', AWS);
    expect(result).toMatchObject({ status: 'applied', warnings: [] });
  });
});

describe('encrypted-only', () => {
  test.each([
    ['denied', []],
    ['let through', ['--allow-default-encryption']],
  ])('plain uploads are %s; SSE-S3, SSE-KMS and multipart work; SSE-C is denied', async (plain, options) => {
    const Bucket = await newBucket();
    const folder = temporaryFolder('policies');
    await call(
      anna,
      'policy',
      'generate',
      Bucket,
      '--controls',
      'encrypted-only',
      '--folder',
      folder,
      ...options,
    );
    expect((await call(anna, 'policy', 'apply', Bucket, '--execute', '--folder', folder)).code).toBe(0);
    const client = s3(anna);
    const put = (more: object) => client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ...more }));
    if (plain === 'denied') await expect(put({})).rejects.toThrow(/Denied/);
    else await put({});
    await put({ ServerSideEncryption: 'AES256' });
    await put({ ServerSideEncryption: 'aws:kms' });
    // The SDK sends a client's key over TLS only; the policy sees nothing but this header.
    client.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers[
          'x-amz-server-side-encryption-customer-algorithm'
        ] = 'AES256';
        return next(args);
      },
      { step: 'build', name: 'sse-c' },
    );
    await expect(put({ ServerSideEncryption: 'AES256' })).rejects.toThrow(/Denied/);
    client.middlewareStack.remove('sse-c');

    const upload = { Bucket, Key: 'large' };
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({ ...upload, ServerSideEncryption: 'AES256' }),
    );
    const { ETag } = await client.send(
      new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: 'x' }),
    );
    const Parts = [{ ETag, PartNumber: 1 }];
    await client.send(
      new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts } }),
    );
    expect((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(2);
  });
});

describe('apply', () => {
  test('takes a policy that demands SSE-KMS for a bucket of SSE-KMS, and refuses it for one of SSE-S3', async () => {
    for (const [SSEAlgorithm, status] of [
      ['aws:kms', 'applied'],
      ['AES256', 'refused'],
    ] as const) {
      const Bucket = await newBucket();
      const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm } }];
      await s3(root).send(
        new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }),
      );
      const Condition = { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } };
      const upload = { Effect: 'Deny', Principal: '*', Action: 's3:PutObject' };
      const Statement = [{ ...upload, Resource: `arn:aws:s3:::${Bucket}/*`, Condition }];
      const folder = temporaryFolder('policies');
      writeFileSync(join(folder, `${Bucket}_policy.json`), JSON.stringify({ Statement }));
      const done = await call(root, 'policy', 'apply', Bucket, '--execute', '--json', '--folder', folder);
      expect(done.json<Report>().results[0]?.status).toBe(status);
    }
  });

  test('is a plan unless --execute, keeps what was there, changes nothing the second time', async () => {
    const Bucket = await newBucket();
    const folder = temporaryFolder('policies');
    await call(anna, 'policy', 'generate', Bucket, '--controls', 'encrypted-only', '--folder', folder);
    for (const option of [[], ['--dry-run']]) {
      const plan = await call(anna, 'policy', 'apply', Bucket, '--folder', folder, ...option);
      expect([plan.code, plan.stdout]).toEqual([0, expect.stringContaining('planned')]);
    }
    expect(await policyOf(Bucket)).toBeUndefined();
    const execute = () => call(anna, 'policy', 'apply', Bucket, '--folder', folder, '--execute');
    expect((await execute()).stdout).toContain('applied');
    const again = await execute();
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('unchanged')]);
    expect(readdirSync(join(folder, 'previous', Bucket))).toHaveLength(1);
    const compared = await call(anna, 'policy', 'diff', Bucket, '--folder', folder);
    expect([compared.code, compared.stdout]).toEqual([0, expect.stringContaining('same')]);
  });

  test('diff shows what would change, line by line', async () => {
    const Bucket = await newBucket();
    const { folder } = await harden(anna, Bucket, 'encrypted-only');
    await call(
      anna,
      'policy',
      'generate',
      Bucket,
      '--controls',
      'only-me,encrypted-only',
      '--folder',
      folder,
    );
    const { stdout } = await call(anna, 'policy', 'diff', Bucket, '--folder', folder);
    expect(stdout).toContain(`--- ${Bucket} (in force)`);
    expect(stdout).toContain('+      "Sid": "OnlyMeDenyOthers",');
    expect(stdout).not.toMatch(/^-\s+"Sid"/m);
  });

  test('a missing, an unreadable and a wrong file, a bucket gone and access denied are each reported; the rest goes on; exit 1', async () => {
    const folder = temporaryFolder('policies');
    const [first, missing, unreadable, wrong, gone, denied, last] = (await Promise.all(
      Array.from({ length: 7 }, newBucket),
    )) as [string, string, string, string, string, string, string];
    const all = [first, missing, unreadable, wrong, gone, denied, last];
    const generated = all.filter((bucket) => bucket !== missing && bucket !== unreadable);
    await call(anna, 'policy', 'generate', ...generated, '--controls', 'encrypted-only', '--folder', folder);
    mkdirSync(join(folder, `${unreadable}_policy.json`));
    writeFileSync(join(folder, `${wrong}_policy.json`), '{"Statement": [{"Effect": "Maybe"}]}');
    await s3(root).send(new DeleteBucketCommand({ Bucket: gone }));
    await harden(bert, denied, 'only-me');

    const { code, json } = await call(
      anna,
      'policy',
      'apply',
      ...all,
      '--execute',
      '--json',
      '--folder',
      folder,
    );
    const report = json<Report>();
    expect(code).toBe(1);
    expect(report.results.map(({ bucket, status, code: error }) => [bucket, error ?? status])).toEqual([
      [first, 'applied'],
      [missing, 'no_policy_file'],
      [unreadable, 'unreadable_policy_file'],
      [wrong, 'bad_policy'],
      [gone, 'NoSuchBucket'],
      [denied, 'AccessDenied'],
      [last, 'applied'],
    ]);
    expect(report.totals).toEqual({ applied: 2, failed: 5 });
    for (const { status, next } of report.results) if (status === 'failed') expect(next).toBeTruthy();
  });

  test('--all reports buckets without a file and files without a bucket', async () => {
    const folder = temporaryFolder('policies');
    const Bucket = await newBucket();
    await call(anna, 'policy', 'generate', Bucket, '--controls', 'encrypted-only', '--folder', folder);
    const text = readFileSync(join(folder, `${Bucket}_policy.json`));
    writeFileSync(join(folder, 'long-gone_policy.json'), text);
    const { code, json } = await call(anna, 'policy', 'apply', '--all', '--json', '--folder', folder);
    const { results } = json<Report>();
    const of = (name: string) => results.find(({ bucket }) => bucket === name);
    expect(code).toBe(1);
    expect(of(Bucket)?.status).toBe('planned');
    expect(of('long-gone')?.code).toBe('NoSuchBucket');
    expect(results.filter((one) => one.code === 'no_policy_file').length).toBeGreaterThan(0);
  });
});

describe('rollback', () => {
  test('goes back step by step, byte for byte', async () => {
    const Bucket = await newBucket();
    const first = '{ "Version": "2012-10-17",\n "Statement": [] }'.replace(
      '[]',
      `[{"Sid":"Old","Effect":"Allow","Principal":{"AWS":"${moto.accountId}"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::${Bucket}/*"}]`,
    );
    await s3(root).send(new PutBucketPolicyCommand({ Bucket, Policy: first }));
    const { folder } = await harden(anna, Bucket, 'encrypted-only');
    const second = await policyOf(Bucket);
    await harden(anna, Bucket, 'encrypted-only,only-me', folder);
    const back = () => call(anna, 'policy', 'rollback', Bucket, '--folder', folder);
    const shown = await call(anna, 'policy', 'rollback', Bucket, '--folder', folder, '--dry-run');
    expect(shown.stdout).toMatch(/^-.*OnlyMeAllow/m);
    expect((await back()).code).toBe(0);
    expect(await policyOf(Bucket)).toBe(second);
    expect((await back()).code).toBe(0);
    expect(await policyOf(Bucket)).toBe(first);
    const none = await back();
    expect([none.code, none.stdout]).toEqual([1, expect.stringContaining('no former policy')]);
  });
});

test('killed between keeping the policy in force and putting the new one: rollback changes nothing', async () => {
  const Bucket = await newBucket();
  const { folder } = await harden(anna, Bucket, 'encrypted-only');
  const inForce = await policyOf(Bucket);
  await new PolicyFiles(folder).keep(Bucket, inForce ?? null, new Date());
  const back = () => call(anna, 'policy', 'rollback', Bucket, '--folder', folder);
  expect((await back()).stdout).toContain('unchanged');
  expect(await policyOf(Bucket)).toBe(inForce);
  expect((await back()).stdout).toContain('rolled_back');
  expect(await policyOf(Bucket)).toBeUndefined();
});

test('a policy put while the public access block changes (409) is put again', async () => {
  const Bucket = await newBucket();
  let conflicts = 2;
  const body =
    '<Error><Code>OperationAborted</Code><Message>A conflicting operation is in progress</Message></Error>';
  const proxy = createServer((request, response) => {
    const { method, url = '', headers } = request;
    if (method === 'PUT' && url.includes('policy') && conflicts-- > 0) {
      request
        .resume()
        .once('end', () => response.writeHead(409, { 'content-type': 'application/xml' }).end(body));
      return;
    }
    const onward = httpRequest(moto.endpoint + url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port } = proxy.address() as AddressInfo;
  const through = { ...anna, AWS_S3_ENDPOINT_URL: `http://127.0.0.1:${port}` };
  const { result } = await harden(through, Bucket, 'encrypted-only');
  expect([result.status, conflicts]).toEqual(['applied', -1]);
  proxy.close();
  proxy.closeAllConnections();
});

test('each bucket is spoken to in its own region, by one client per region', async () => {
  const [home, abroad] = [await newBucket(), `${await newBucket()}-eu`];
  const there = { LocationConstraint: 'eu-west-1' as const };
  await s3(root, 'eu-west-1').send(
    new CreateBucketCommand({ Bucket: abroad, CreateBucketConfiguration: there }),
  );
  await withVariables(root, async () => {
    const clients = new Clients(process.env);
    const [one, other] = [await clients.s3For(home), await clients.s3For(abroad)];
    expect([await one.config.region(), await other.config.region()]).toEqual(['us-east-1', 'eu-west-1']);
    expect(await clients.s3For(abroad)).toBe(other);
    await expect(clients.s3For('nowhere-at-all')).rejects.toMatchObject({ code: 'NoSuchBucket' });
    clients.close();
  });
});

describe('where the simulation was wrong', () => {
  const denyAnna = (Bucket: string, Action: string[]) => {
    const Condition = { StringEquals: { 'aws:PrincipalArn': `arn:aws:iam::${moto.accountId}:user/anna` } };
    const Resource = `arn:aws:s3:::${Bucket}`;
    return parsePolicy(
      JSON.stringify({ Statement: { Effect: 'Deny', Principal: '*', Action, Resource, Condition } }),
      'x',
    );
  };
  const putAndVerify = async (Bucket: string, Action: string[]) => {
    const document = denyAnna(Bucket, Action);
    const text = JSON.stringify(document);
    await s3(root).send(new PutBucketPolicyCommand({ Bucket, Policy: text }));
    const wanted = { text, document };
    return verify(s3(anna), { bucket: Bucket, former: null, wanted, owner: undefined });
  };

  test('a policy that can no longer be read is taken back at once', async () => {
    const Bucket = await newBucket();
    await expect(putAndVerify(Bucket, ['s3:GetBucketPolicy'])).rejects.toMatchObject({
      code: 'denied_after_apply',
    });
    expect(await policyOf(Bucket)).toBeUndefined();
  });

  test('and where even that is denied, the runbook is named', async () => {
    const Bucket = await newBucket();
    const actions = ['s3:GetBucketPolicy', 's3:DeleteBucketPolicy', 's3:PutBucketPolicy'];
    await expect(putAndVerify(Bucket, actions)).rejects.toMatchObject({
      code: 'locked_out',
      next: expect.stringContaining('runbooks/policy-lockout.md'),
    });
  });
});

describe('usage', () => {
  test.each([
    [['policy', 'apply'], /no bucket given/],
    [['policy', 'apply', 'a-bucket', '--all'], /not both/],
    [['policy', 'apply', 'a-bucket', '--execute', '--dry-run'], /cannot be used with/],
    [
      ['policy', 'generate', 'a-bucket', '--controls', 'only-you'],
      /no control named only-you[\s\S]*only-me, tls-only, encrypted-only/,
    ],
    [['policy', 'generate', 'a-bucket', '--keep', 'bert'], /not the ARN/],
    [['policy', 'generate', 'a-bucket', '--template', 'nowhere.json'], /nowhere\.json can't be read/],
  ])('%j exits 2 and says what is wrong', async (argv, message) => {
    const { code, stderr, stdout } = await call(root, ...argv);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});
