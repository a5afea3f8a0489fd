import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { BucketResult } from '../../../src/s3-admin/policy/bucket-result.js';
import { services, temporaryFolder } from '../../services/index.js';
import { call, type Settings } from './call.js';

type Report = { results: BucketResult[] };

let s3: S3Client;
let settings: Settings;
let made = 0;

beforeAll(async () => {
  const moto = await services.moto();
  const [accessKeyId, secretAccessKey] = [moto.accessKey, moto.secretKey];
  settings = {
    AWS_S3_ENDPOINT_URL: moto.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
  s3 = new S3Client({
    ...{ endpoint: moto.endpoint, region: 'us-east-1', forcePathStyle: true },
    credentials: { accessKeyId, secretAccessKey },
  });
});

async function newBucket(): Promise<string> {
  const Bucket = `mistakes-${process.pid}-${++made}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  return Bucket;
}

const statement = (Sid: string, bucket: string) => ({
  ...{ Sid, Effect: 'Allow', Principal: { AWS: '123456789012' }, Action: 's3:GetObject' },
  Resource: `arn:aws:s3:::${bucket}/*`,
});
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const sids = async (Bucket: string): Promise<string[]> => {
  const { Policy } = await s3
    .send(new GetBucketPolicyCommand({ Bucket }))
    .catch(() => ({ Policy: '{"Statement": []}' }));
  const { Statement } = JSON.parse(Policy as string) as { Statement: { Sid: string }[] };
  return Statement.map(({ Sid }) => Sid);
};
const put = (Bucket: string, Policy: string) => s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
const file = (folder: string, bucket: string, text: string | Buffer) => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${bucket}_policy.json`), text);
};

test.each([
  [
    'a key twice, of which JSON would keep the last',
    (bucket: string) =>
      policy(statement('One', bucket)).replace(/\}$/, ` , "Statement" : ${JSON.stringify([])}}`),
    /"Statement" is there twice/,
  ],
  [
    'the file of another bucket',
    () => policy(statement('One', 'another-bucket')),
    /statement One is about \S+another-bucket\/\*, which is not this bucket/,
  ],
  [
    'the file of a directory bucket, on which nothing was tried',
    (bucket: string) => {
      const Resource = `arn:aws:s3express:us-east-1:123456789012:bucket/${bucket}`;
      return policy({ ...statement('One', bucket), Effect: 'Deny', Principal: '*', Resource });
    },
    /statement One is about arn:aws:s3express\S+, which is not this bucket/,
  ],
  [
    'more than S3 takes',
    (bucket: string) => policy(statement('x'.repeat(20 * 1024), bucket)),
    /\d+ bytes; S3 accepts 20480/,
  ],
  ['nothing at all', () => '', /holds nothing/],
])('apply refuses %s, and keeps nothing', async (_, text, message) => {
  const [bucket, folder] = [await newBucket(), temporaryFolder('policies')];
  file(folder, bucket, text(bucket));
  for (const command of [['apply'], ['apply', '--execute']]) {
    const { code, json } = await call(settings, 'policy', ...command, bucket, '--folder', folder, '--json');
    const [result] = json<Report>().results;
    expect([code, result?.status, result?.detail]).toEqual([1, 'failed', expect.stringMatching(message)]);
    expect(result?.next).toBeTruthy();
  }
  expect([await sids(bucket), readdirSync(folder)]).toEqual([[], [`${bucket}_policy.json`]]);
});

test('a file or a template that begins with a byte order mark is read', async () => {
  const [bucket, folder] = [await newBucket(), temporaryFolder('policies')];
  file(folder, bucket, `\uFEFF${policy(statement('One', bucket))}`);
  const applied = await call(settings, 'policy', 'apply', bucket, '--folder', folder, '--execute');
  expect([applied.code, await sids(bucket)]).toEqual([0, ['One']]);
  const template = join(folder, 'template.json');
  writeFileSync(template, '\uFEFF{"Version": "2012-10-17", "Statement": []}');
  const generated = await call(
    ...([settings, 'policy', 'generate', bucket, '--folder', folder] as const),
    ...['--template', template],
  );
  expect([generated.code, generated.stderr]).toEqual([0, expect.any(String)]);
});

test('to take back an Allow for everyone, the caller’s own is needed, and the refusal says so', async () => {
  const [bucket, folder] = [await newBucket(), temporaryFolder('policies')];
  const open = { ...statement('Public', bucket), Principal: '*' };
  await put(bucket, policy(open));
  const plan = () => call(settings, 'policy', 'apply', bucket, '--folder', folder);
  file(folder, bucket, policy(statement('One', bucket)));
  const { code, stdout } = await plan();
  const [, me = ''] = /(arn:aws:\S+) would lose s3:GetObject: no longer allowed/.exec(stdout) ?? [];
  expect([code, stdout]).toEqual([1, expect.stringMatching(/next: .*an Allow that names it/)]);
  const mine = { ...statement('Mine', bucket), Principal: { AWS: me.replace(':sts:', ':iam:') } };
  file(folder, bucket, policy(statement('One', bucket), mine));
  expect((await plan()).stdout).toMatch(/planned +would add One, Mine; would remove Public/);
});

test('apply names what it removed of a policy that somebody changed since the plan', async () => {
  const [bucket, folder] = [await newBucket(), temporaryFolder('policies')];
  file(folder, bucket, policy(statement('One', bucket)));
  await put(bucket, policy(statement('Theirs', bucket)));
  const { stdout } = await call(settings, 'policy', 'apply', bucket, '--folder', folder, '--execute');
  expect(stdout).toMatch(/applied +added One; removed Theirs; the former policy is kept in /);
});

test('rollback keeps the policy it replaces, which may be of somebody else', async () => {
  const [bucket, folder] = [await newBucket(), temporaryFolder('policies')];
  file(folder, bucket, policy(statement('One', bucket)));
  await call(settings, 'policy', 'apply', bucket, '--folder', folder, '--execute');
  const theirs = policy(statement('Theirs', bucket));
  await put(bucket, theirs);
  const { code, stdout } = await call(settings, 'policy', 'rollback', bucket, '--folder', folder);
  const [, kept = ''] = /rolled_back +to no policy; the one it replaced is in (\S+)/.exec(stdout) ?? [];
  expect([code, await sids(bucket)]).toEqual([0, []]);
  expect(JSON.parse(readFileSync(kept, 'utf8'))).toMatchObject({ bucket, policy: theirs });
  // It is no step for the next rollback.
  const again = await call(settings, 'policy', 'rollback', bucket, '--folder', folder);
  expect([again.code, again.stdout]).toEqual([1, expect.stringContaining('no former policy')]);
});

test.each(['audit', 'generate', 'diff', 'apply', 'rollback'])(
  'policy %s without credentials, or with wrong ones: exit 2 and what to set',
  async (command) => {
    const [bucket, folder] = [await newBucket(), temporaryFolder('policies')];
    file(folder, bucket, policy(statement('One', bucket)));
    mkdirSync(join(folder, 'previous', bucket), { recursive: true });
    writeFileSync(
      join(folder, 'previous', bucket, '2026-01-01T00-00-00.000Z.json'),
      JSON.stringify({ bucket, kept_at: '2026-01-01T00:00:00.000Z', policy: null }),
    );
    const caller = { ...settings, S3_ADMIN_CALLER_ARN: 'arn:aws:iam::123456789012:root' };
    const options = command === 'audit' ? [] : ['--folder', folder];
    for (const secret of ['wrong', '']) {
      const who = { ...caller, AWS_SECRET_ACCESS_KEY: secret, AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
      const { code, stdout, stderr } = await call(who, 'policy', command, bucket, ...options);
      expect([code, stdout + stderr]).toEqual([2, expect.stringMatching(/next: .*AWS_SECRET_ACCESS_KEY/)]);
    }
  },
);

test('a folder that can’t be written says so, before anything is changed', async () => {
  const [bucket, folder] = [await newBucket(), temporaryFolder('policies')];
  file(folder, bucket, policy(statement('One', bucket)));
  // A file where a folder is needed stops root, too, whom permissions don't.
  writeFileSync(join(folder, 'previous'), '');
  const { code, json } = await call(
    ...([settings, 'policy', 'apply', bucket, '--folder', folder, '--execute', '--json'] as const),
  );
  expect([code, json<Report>().results[0]]).toEqual([
    1,
    expect.objectContaining({
      status: 'failed',
      detail: expect.stringMatching(/previous\S* can't be written: /),
      next: expect.stringContaining('--folder'),
    }),
  ]);
  expect(await sids(bucket)).toEqual([]);
});
