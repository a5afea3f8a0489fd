import { PassThrough } from 'node:stream';
import { run } from './program.js';

const call = (...argv: string[]) => callWith({}, ...argv);

async function callWith(env: NodeJS.ProcessEnv, ...argv: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await run(argv, {
    env,
    stdin: new PassThrough(),
    stdout,
    stderr,
    signal: new AbortController().signal,
  });
  const text = (stream: PassThrough) => (stream.read() as Buffer | null)?.toString() ?? '';
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

describe('s3-admin command line', () => {
  test('--help lists the commands on stdout and exits 0', async () => {
    const { code, stdout } = await call('--help');
    expect(code).toBe(0);
    for (const command of ['info', 'policy', 'mirror']) expect(stdout).toContain(command);
  });

  test.each([['nonsense'], ['info', '--nonsense']])(
    'bad usage (%s) exits 2 and says how to go on',
    async (...argv) => {
      const { code, stdout, stderr } = await call(...argv);
      expect(code).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^error: unknown/);
      expect(stderr).toContain('--help');
    },
  );

  test.each([
    ['mirror', '--root', ''],
    ['mirror', '-b', ' '],
    ['mirror', 'status', '--concurrency='],
    ['mirror', 'report', '--export', ''],
    ['policy', 'apply', 'b', '--keep', ''],
    ['policy', 'audit', ''],
    ['policy', 'rollback', ' '],
    ['mirror', 'delete', 'b', ''],
  ])('an option or argument without a value is refused, not left out: %s %s %s', async (...argv) => {
    const { code, stderr } = await call(...argv);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^error: .* is invalid(?: for argument '.*')?. It has no value/),
    ]);
  });

  test('a --dry-run that npm kept to itself, for want of --, is not taken for the real thing', async () => {
    const env = { npm_config_dry_run: 'true' };
    const { code, stderr } = await callWith(env, 'policy', 'rollback', 'b');
    expect([code, stderr]).toEqual([2, expect.stringContaining('put -- before it')]);
  });

  test('mirror --keep-bucket without --delete is refused: nothing would be emptied', async () => {
    const { code, stderr } = await call('mirror', '--keep-bucket');
    expect([code, stderr]).toEqual([2, expect.stringContaining("'--keep-bucket' goes with --delete")]);
  });

  test.each(['1e2', '0x10', '0'])('mirror errors --limit %s is refused', async (limit) => {
    const { code, stderr } = await call('mirror', 'errors', '--limit', limit);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`--limit: got "${limit}"`)]);
  });

  test.each(['status', 'verify', 'retry', 'errors', 'report', 'reset', 'smoke-test'])(
    'mirror %s BUCKET, without -b, is refused: it would concern every bucket',
    async (command) => {
      const stderr = new PassThrough();
      const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr };
      const signal = new AbortController().signal;
      const code = await run(['mirror', command, 'b1'], {
        env: { MIRROR_ROOT: '/nowhere' },
        ...streams,
        signal,
      });
      expect([code, String(stderr.read())]).toEqual([2, expect.stringContaining('too many arguments')]);
    },
  );

  test('what Ctrl-C ended before it had a result is one document, too', async () => {
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const streams = { stdin: new PassThrough(), stdout, stderr };
    const signal = AbortSignal.abort();
    const code = await run(['mirror', 'errors', '--json'], {
      ...{ env: { MIRROR_ROOT: '/nowhere' }, ...streams, signal },
    });
    expect([code, JSON.parse(String(stdout.read()))]).toMatchObject([
      130,
      { error: { code: 'interrupted' } },
    ]);
    expect(String(stderr.read())).toBe('interrupted before there was a result; run it again\n');
  });
});
