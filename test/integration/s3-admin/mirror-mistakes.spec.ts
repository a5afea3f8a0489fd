import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { takeRunLock } from '../../../src/s3-admin/state/run-lock.js';
import { temporaryFolder } from '../../services/index.js';
import { ScriptedServer } from '../../kit/scripted-server.js';
import { MirrorLab } from './mirror-lab.js';

let lab: MirrorLab;
beforeEach(async () => {
  lab = await MirrorLab.on('radosgw');
  await lab.put('a');
  await lab.mirror();
});

test.each([
  ['status'],
  ['errors'],
  ['report'],
  ['report', '--export', '-'],
  ['verify'],
  ['retry'],
  ['delete', 'no-such-bucket'],
])(
  'mirror %s of a bucket the state does not know: exit 2, and no other bucket is taken for it',
  async (...argv) => {
    const called = await lab.call('-b', 'no-such-bucket', '-b', lab.bucket, ...argv);
    expect(called.code).toBe(2);
    expect(called.json()).toMatchObject({ error: { code: 'unknown_bucket' } });
    expect(called.stderr).toContain('the state file has no bucket no-such-bucket');
  },
);

test('status of one bucket shows that one', async () => {
  const other = await MirrorLab.on('radosgw');
  await lab.call('-b', other.bucket);
  const both = await lab.call('status');
  expect(both.stdout).toContain(other.bucket);
  const { json } = await lab.call('-b', lab.bucket, 'status');
  const { buckets } = json<{ buckets: { bucket: string }[] }>();
  expect(buckets.map(({ bucket }) => bucket)).toEqual([lab.bucket]);
});

test('reset forgets the whole mirror, so it takes no bucket', async () => {
  lab.stdin = 'reset\n';
  const { code, stderr } = await lab.mirror('reset');
  expect([code, stderr]).toEqual([2, expect.stringContaining('leave out --bucket')]);
  expect(lab.state((state) => state.tallies.count(['verified']).files)).toBe(1);
});

test('a record that can not be written: exit 2 and where it should have gone', async () => {
  const folder = join(lab.root, 'a-folder');
  mkdirSync(folder);
  for (const target of [folder, join(lab.root, 'no-such-folder', 'record.jsonl'), '/dev/full']) {
    const { code, json } = await lab.call('report', '--export', target);
    expect([target, code, json()]).toMatchObject([target, 2, { error: { code: 'bad_export' } }]);
    expect(json<{ error: { detail: string } }>().error.detail).toContain(target);
  }
});

test('one lock for all: a reset leaves it, and who waits for it has not opened the state yet', async () => {
  const stateFile = join(lab.root, '.mirror/state.db');
  const { ino } = statSync(`${stateFile}-lock`);
  lab.stdin = 'reset\n';
  expect((await lab.call('reset')).code).toBe(0);
  expect([statSync(`${stateFile}-lock`).ino, existsSync(stateFile)]).toEqual([ino, false]);
  const release = takeRunLock(stateFile);
  expect((await lab.mirror()).json()).toMatchObject({ error: { code: 'already_running' } });
  expect(existsSync(stateFile)).toBe(false);
  release();
  expect((await lab.mirror()).code).toBe(0);
});

test('a certificate authority that can not be read is named: exit 2', async () => {
  lab.settings.AWS_CA_BUNDLE = join(lab.root, 'no-such-file.pem');
  const { code, json } = await lab.mirror();
  expect([code, json()]).toMatchObject([2, { error: { code: 'bad_ca_bundle' } }]);
});

test('a bucket that is asked for and excluded at once: exit 2, not a run with nothing to do', async () => {
  const { code, json } = await lab.mirror('--exclude', lab.bucket);
  expect([code, json()]).toMatchObject([2, { error: { code: 'excluded_bucket' } }]);
  expect(json<{ error: { detail: string } }>().error.detail).toContain(lab.bucket);
});

test('a bucket that is to be deleted and excluded at once: exit 2, and it is not asked for', async () => {
  await lab.mirror();
  const { code, json, stderr } = await lab.delete(lab.bucket, '--exclude', lab.bucket);
  expect([code, json()]).toMatchObject([2, { error: { code: 'excluded_bucket' } }]);
  expect(stderr).not.toContain('DELETE BUCKET');
});

test('mirror --delete does not offer a bucket that is excluded', async () => {
  const other = await MirrorLab.on('radosgw');
  lab.stdin = `${lab.bucket}\n`;
  const { stderr } = await lab.call('-b', other.bucket, '--exclude', lab.bucket, '--delete');
  expect(stderr).toContain(`DELETE BUCKET ${other.bucket}`);
  expect(stderr).not.toContain(`DELETE BUCKET ${lab.bucket}`);
});

test('an address where nothing listened does not bind the mirror; one that listed buckets does', async () => {
  const fresh = await MirrorLab.on('radosgw');
  const right = fresh.settings.AWS_S3_ENDPOINT_URL as string;
  const wrong = 'http://127.0.0.1:9';
  const codes: number[] = [];
  for (const address of [wrong, right, `${right}/`, wrong]) {
    fresh.settings.AWS_S3_ENDPOINT_URL = address;
    const called = await fresh.mirror();
    codes.push(called.code);
    if (codes.length === 4) expect(called.json()).toMatchObject({ error: { code: 'other_source' } });
  }
  expect(codes).toEqual([2, 0, 0, 2]);
});

test('a new state file for another server leaves the copies of the first alone', async () => {
  const first = lab.settings.AWS_S3_ENDPOINT_URL as string;
  const server = await ScriptedServer.before(first);
  const fresh = ['--state', join(temporaryFolder('state'), 'new.db')];
  lab.settings.AWS_S3_ENDPOINT_URL = server.url;
  const other = await lab.mirror(...fresh);
  lab.settings.AWS_S3_ENDPOINT_URL = first;
  const same = await lab.mirror(...fresh);
  await server.close();
  expect([other.code, other.json()]).toMatchObject([2, { error: { code: 'other_source' } }]);
  expect(same.code).toBe(0);
});

test("another account's keys leave no bucket for gone", async () => {
  const server = await ScriptedServer.before(lab.settings.AWS_S3_ENDPOINT_URL as string);
  lab.state((state) => state.metadata.set('source', server.url));
  lab.settings.AWS_S3_ENDPOINT_URL = server.url;
  const theirs = '<Owner><ID>them</ID></Owner><Buckets><Bucket><Name>theirs</Name></Bucket></Buckets>';
  server.script = ({ path }) =>
    path === '/'
      ? { status: 200, body: `<ListAllMyBucketsResult>${theirs}</ListAllMyBucketsResult>` }
      : undefined;
  const other = await lab.call();
  const known = lab.state((state) => state.buckets.all().map(({ name, goneAt }) => [name, goneAt]));
  server.script = () => undefined;
  const right = await lab.mirror();
  await server.close();
  expect([other.code, other.json()]).toMatchObject([2, { error: { code: 'other_account' } }]);
  expect(known).toContainEqual([lab.bucket, null]);
  expect(right.code).toBe(0);
});

test('one mirror at a time in a folder, whatever its state file: exit 2, who works there, and readers are let in', async () => {
  const other = ['--state', join(temporaryFolder('state'), 'other.db')];
  expect((await lab.mirror(...other)).code).toBe(0);
  expect((await lab.mirror('verify')).code).toBe(0); // the other mirror touched the copy
  const holder = lab.process(['mirror', '-b', lab.bucket, 'delete', lab.bucket]);
  await holder.printed('Type the name');
  for (const command of [[], ['verify'], ['retry']]) {
    const refused = await lab.mirror(...other, ...command);
    expect([refused.code, refused.json()]).toMatchObject([2, { error: { code: 'already_running' } }]);
    expect(refused.stderr).toMatch(/process \d+ on .*, with the state file .*state\.db/);
  }
  for (const command of ['status', 'errors', 'report'])
    expect((await lab.mirror(...other, command)).code).toBe(0);
  holder.kill('SIGKILL');
  await holder.ended;
  expect((await lab.mirror(...other)).code).toBe(0);
});
