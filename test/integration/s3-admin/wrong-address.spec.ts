import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CannedS3 } from '../../doubles/canned-s3.js';
import { type Radosgw, services, temporaryFolder } from '../../services/index.js';
import { call, type Settings } from './call.js';

let radosgw: Radosgw;
let settings: Settings;

beforeAll(async () => {
  radosgw = await services.radosgw();
  settings = {
    AWS_S3_ENDPOINT_URL: radosgw.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: radosgw.accessKey,
    AWS_SECRET_ACCESS_KEY: radosgw.secretKey,
    S3_ADMIN_CALLER_ARN: 'arn:aws:iam:::user/test',
  };
});

test.each(['info', 'mirror', 'policy audit'])(
  'an address that ends in a bucket’s name is no account without buckets: %s',
  async (command) => {
    const Bucket = `address-${process.pid}`;
    const client = new S3Client({
      ...{ endpoint: radosgw.endpoint, region: 'us-east-1', forcePathStyle: true },
      credentials: { accessKeyId: radosgw.accessKey, secretAccessKey: radosgw.secretKey },
    });
    await client.send(new CreateBucketCommand({ Bucket }));
    const there = { ...settings, AWS_S3_ENDPOINT_URL: `${radosgw.endpoint}/${Bucket}` };
    const root = command === 'mirror' ? ['--root', temporaryFolder('address')] : [];
    const { code, stderr } = await call(there, ...command.split(' '), ...root);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/error: http:\S+ does not list .*buckets.*\n {2}next: .*without a bucket name/),
    ]);
  },
);

test('an account without buckets is one', async () => {
  await radosgw.admin([
    'user',
    'create',
    '--uid=none',
    '--display-name=none',
    '--access-key=n',
    '--secret=n',
  ]);
  const nobody = { ...settings, AWS_ACCESS_KEY_ID: 'n', AWS_SECRET_ACCESS_KEY: 'n' };
  expect((await call(nobody, 'info')).code).toBe(0);
});

test.each(['http://', 'http://127.0.0.1:99999', 'localhost:9000'])('%s is no address', async (address) => {
  const { code, stderr } = await call({ ...settings, AWS_S3_ENDPOINT_URL: address }, 'info');
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/error: AWS_S3_ENDPOINT_URL: got .*\n {2}next: set it to http:/),
  ]);
});

test('an address that is none is reported by the variable it came from', async () => {
  const { AWS_S3_ENDPOINT_URL: _, ...others } = settings;
  const { stderr } = await call({ ...others, AWS_ENDPOINT_URL: 'localhost:9000' }, 'info');
  expect(stderr).toMatch(/error: AWS_ENDPOINT_URL: got "localhost:9000"/);
});

test('an addressing style that is none', async () => {
  const { code, stderr } = await call({ ...settings, AWS_S3_ADDRESSING_STYLE: 'pathh' }, 'info');
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/AWS_S3_ADDRESSING_STYLE: got "pathh"\n {2}next: set it to auto, path or virtual/),
  ]);
});

test.each(['', 'no certificate\n'])('a bundle that holds no certificate: %j', async (content) => {
  const file = join(temporaryFolder('bundle'), 'ca.pem');
  writeFileSync(file, content);
  const { code, stderr } = await call({ ...settings, AWS_CA_BUNDLE: file }, 'info');
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/AWS_CA_BUNDLE: .*ca\.pem contains no certificate\n {2}next: /),
  ]);
});

test('a region that is none, or not the server’s: which variable to set', async () => {
  const none = await call({ ...settings, AWS_REGION: 'bad region' }, 'info');
  expect([none.code, none.stderr]).toEqual([
    2,
    expect.stringMatching(/AWS_REGION.*"bad region"\n {2}next: /),
  ]);
  const other = await call({ ...settings, AWS_REGION: 'eu-nowhere-9' }, 'mirror', 'smoke-test');
  expect([other.code, other.stderr]).toEqual([
    2,
    expect.stringMatching(/FAIL create: InvalidLocationConstraint.*\(set AWS_S3_REGION_NAME/),
  ]);
});

test('a profile that is in no file: that it overrides keys', async () => {
  const files = { AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_PROFILE: 'nope' };
  const { code, stderr } = await call({ ...settings, ...files }, 'info');
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/next: .*AWS_PROFILE to a profile .*overrides keys/),
  ]);
});

test('a server that gives the same place to continue for ever is not asked for ever', async () => {
  const page =
    '<ListAllMyBucketsResult><Owner><ID>o</ID></Owner><Buckets/><ContinuationToken>again</ContinuationToken></ListAllMyBucketsResult>';
  const server = await CannedS3.start(() => ({ status: 200, body: Buffer.from(page) }));
  const there = { ...settings, AWS_S3_ENDPOINT_URL: server.endpoint };
  const { code, stderr } = await call(there, 'mirror', '--root', temporaryFolder('endless'));
  await server.close();
  expect([code, server.requests]).toEqual([2, 2]);
  expect(stderr).toContain('not where they continue');
});
