import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MirrorLab } from '../integration/s3-admin/mirror-lab.js';
import { FaultProxy, RADOSGW_USER, services, startMoto, temporaryFolder } from '../services/index.js';
import { until } from '../kit/until.js';

/** A mirror that is complete. */
let whole: MirrorLab;
/** One where an object can't be placed: a file lies where a folder is needed. */
let blocked: MirrorLab;
let policies: string[];

beforeAll(async () => {
  policies = ['--folder', temporaryFolder('policies')];
  whole = await MirrorLab.on('radosgw');
  await whole.put('a');
  await whole.mirror();
  blocked = await MirrorLab.on('radosgw');
  for (const lab of [whole, blocked]) lab.settings.S3_ADMIN_CALLER_ARN = `arn:aws:iam:::user/${RADOSGW_USER}`;
  await blocked.put('a');
  await blocked.put('dir/b');
  mkdirSync(blocked.path(''), { recursive: true });
  writeFileSync(blocked.path('dir'), 'in the way');
  await blocked.mirror();
});

const ended = (lab: MirrorLab, command: string, ...more: string[]) =>
  lab
    .process([...command.split(' ').map((word) => (word === 'BUCKET' ? lab.bucket : word)), ...more])
    .type('').ended;
const policyFolder = (command: string): string[] => (/^policy (?!audit)/.test(command) ? policies : []);

test.each([
  'policy generate BUCKET',
  'policy diff BUCKET',
  'mirror -b BUCKET',
  'mirror -b BUCKET status',
  'mirror -b BUCKET verify',
  'mirror -b BUCKET errors',
  'mirror -b BUCKET report',
  'mirror -b BUCKET retry',
  'mirror smoke-test',
])('0, all done: %s', async (command) => {
  const { code, stderr } = await ended(whole, command, ...policyFolder(command));
  expect([code, stderr.match(/error: .*/)?.[0]]).toEqual([0, undefined]);
});

test('0, all done: info, in an account where no bucket goes while it looks', async () => {
  const moto = await startMoto();
  try {
    expect((await ended(await MirrorLab.on(moto), 'info')).code).toBe(0);
  } finally {
    await moto.stop();
  }
});

test.each([
  'policy audit BUCKET',
  'policy generate BUCKET no-such-bucket',
  'policy diff no-such-bucket',
  'policy apply no-such-bucket',
  'policy apply no-such-bucket --execute',
  'policy rollback BUCKET',
  'mirror -b BUCKET',
  'mirror -b BUCKET verify',
  'mirror -b BUCKET errors',
  'mirror -b BUCKET retry',
])('1, some failed or were found: %s', async (command) => {
  const { code, stdout } = await ended(blocked, command, ...policyFolder(command));
  expect(code).toBe(1);
  expect(stdout).not.toBe('');
});

test.each([
  'nonsense',
  'mirror nonsense',
  'mirror --nonsense',
  'mirror --concurrency 0',
  'mirror -b no-such-bucket',
  'mirror delete',
  'policy generate',
  'policy generate BUCKET --controls nonsense',
])('2, bad usage: %s', async (command) => {
  const { code, stdout, stderr } = await ended(whole, command);
  expect([code, stdout, stderr]).toEqual([
    2,
    '',
    expect.stringMatching(/^(tls-only: .*\n)?error: .*\n.*(next: |--help)/),
  ]);
});

test.each(['status', 'verify', 'errors', 'report', 'retry', 'reset', 'delete BUCKET'])(
  '2, nothing mirrored yet: mirror %s, and nothing is made',
  async (command) => {
    const root = temporaryFolder('nothing');
    const { code, stderr } = await ended(whole, `mirror --root ${root} ${command}`);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/error: state file .* does not exist\n {2}next: run `mirror` first/),
    ]);
  },
);

test.each([
  ['reset', 'Type "reset"'],
  ['delete BUCKET', 'Type the name of the bucket'],
])('2, an answer of no: mirror %s; an empty one, or none, is no', async (command, prompt) => {
  for (const answer of ['\n', '', 'y\n', 'yes\n']) {
    const words = command.replace('BUCKET', whole.bucket).split(' ');
    const { code, stderr } = await whole.process(['mirror', ...words]).type(answer).ended;
    expect([answer, code, stderr]).toEqual([answer, 2, expect.stringContaining(prompt)]);
  }
  expect(whole.state((state, id) => state.tallies.count(['verified'], id).files)).toBe(1);
  expect(await whole.versionsInS3()).toEqual(['a']);
});

test.each([
  ['SIGINT', 'mirror -b BUCKET'],
  ['SIGTERM', 'mirror smoke-test'],
] as const)('130, %s while the server does not answer: %s', async (signal, command) => {
  const { endpoint } = await services.radosgw();
  const proxy = await FaultProxy.to(endpoint);
  proxy.set({ kind: 'hang' });
  const lab = await MirrorLab.on('radosgw', proxy.url(endpoint));
  const child = lab.process(command.replace('BUCKET', lab.bucket).split(' '));
  await until(() => proxy.connections > 0);
  expect((await child.kill(signal).ended).code).toBe(130);
  await proxy.close();
});

test.each([
  ['status --watch', 'Phase: '],
  ['reset', 'Type "reset"'],
  ['delete BUCKET', 'Type the name of the bucket'],
])('130, Ctrl-C: mirror %s', async (command, printed) => {
  const child = whole.process(['mirror', ...command.replace('BUCKET', whole.bucket).split(' ')]);
  await child.printed(printed);
  expect((await child.kill('SIGINT').ended).code).toBe(130);
  expect(whole.state((state, id) => state.tallies.count(['verified'], id).files)).toBe(1);
  expect(await whole.versionsInS3()).toEqual(['a']);
});

test('status --watch shows what another command does, until Ctrl-C, or there is no state file any more', async () => {
  const lab = await MirrorLab.on('radosgw');
  await lab.put('a');
  await lab.mirror();
  const watching = lab.process(['mirror', '-b', lab.bucket, 'status', '--watch']);
  await watching.printed('1 (12 B)  1 (12 B)  1 (12 B)');
  await lab.put('b');
  await lab.mirror();
  await watching.printed('2 (24 B)  2 (24 B)  2 (24 B)');
  const watchingToo = lab.process(['mirror', '-b', lab.bucket, 'status', '--watch']);
  await watchingToo.printed('2 (24 B)  2 (24 B)  2 (24 B)');
  expect((await watching.kill('SIGINT').ended).code).toBe(130);
  rmSync(join(lab.root, '.mirror/state.db'));
  expect(await watchingToo.ended).toMatchObject({
    ...{ code: 2, stderr: expect.stringMatching(/state file .* does not exist/) as string },
  });
});

test('a reader that has had enough ends a record without a stack trace', async () => {
  const lab = await MirrorLab.on('radosgw');
  await lab.mirror();
  lab.addRows(2_000); // more than a pipe holds
  const reader = ['sh', '-c', '{ "$@"; echo "exit $?" >&2; } | head -c 1', 'sh'];
  const { stdout, stderr } = await lab.process(['mirror', 'report', '--export', '-'], reader).ended;
  expect([stdout, stderr]).toEqual(['{', 'exit 130\n']);
});

test.each([
  ['a full disk', 'exec "$@" 2>/dev/full'],
  ['nobody', '{ { "$@" 2>&1 >/dev/null; echo $? >&3; } | true; } 3>&1 | (read code; exit $code)'],
])('messages to %s end no work: it is done, exit 0', async (_, script) => {
  const generate = ['policy', 'generate', whole.bucket, ...policies];
  expect((await whole.process(generate, ['sh', '-c', script, 'sh']).ended).code).toBe(0);
});

test('results that can’t be written: exit 2 and what to do, no stack trace', async () => {
  const full = ['sh', '-c', 'exec "$@" >/dev/full', 'sh'];
  const { code, stderr } = await whole.process(['mirror', 'status'], full).ended;
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/^error: the result can't be written: ENOSPC.*\n {2}next: .*\n$/),
  ]);
});
