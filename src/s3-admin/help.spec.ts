import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { SETTINGS, metaOf, type SettingName } from './mirror/variables.js';
import { run } from './program.js';

async function help(...argv: string[]): Promise<string> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const { signal } = new AbortController();
  const code = await run([...argv, '--help'], { env: {}, stdin: new PassThrough(), stdout, stderr, signal });
  expect(code).toBe(0);
  // Long texts are wrapped.
  return (stdout.read() as Buffer).toString().replace(/\s+/g, ' ');
}

const settings = (Object.keys(SETTINGS) as SettingName[]).map((name) => ({ name, ...metaOf(name) }));
const MIRROR = ['-b, --bucket <name>', '--no-wait', '--delete', '--keep-bucket'];

test.each(['policy apply', 'mirror', 'mirror status'])(
  'the usage of %s is what is typed',
  async (command) => {
    expect(await help(...command.split(' '))).toContain(`Usage: npm run s3-admin -- ${command} [options]`);
  },
);

test.each<[string, string[]]>([
  ['', ['--json', 'info', 'policy', 'mirror']],
  ['info', []],
  ['policy', ['audit', 'generate', 'diff', 'apply', 'rollback']],
  ['policy audit', ['[bucket...]']],
  [
    'policy generate',
    [
      '[bucket...]',
      '--all',
      '--controls <names>',
      '--keep <arn>',
      '--allow-default-encryption',
      '--template <file>',
      '--folder <folder>',
    ],
  ],
  ['policy diff', ['[bucket...]', '--all', '--folder <folder>']],
  ['policy apply', ['[bucket...]', '--all', '--dry-run', '--execute', '--keep <arn>', '--folder <folder>']],
  ['policy rollback', ['<bucket>', '--dry-run', '--folder <folder>']],
  ['mirror', [...MIRROR, 'status', 'verify', 'retry', 'errors', 'report', 'reset', 'smoke-test', 'delete']],
  ['mirror status', [...MIRROR, '--watch']],
  ['mirror verify', MIRROR],
  ['mirror retry', MIRROR],
  ['mirror errors', [...MIRROR, '--limit <n>']],
  ['mirror report', [...MIRROR, '--export <file>']],
  ['mirror reset', MIRROR],
  ['mirror smoke-test', MIRROR],
  ['mirror delete', [...MIRROR, '<bucket...>']],
])('the help of `s3-admin %s` names every option and variable it heeds', async (command, options) => {
  const text = await help(...command.split(' ').filter(Boolean));
  for (const option of options) expect(text).toContain(option);
  for (const variable of [
    'AWS_PROFILE',
    'AWS_S3_ENDPOINT_URL',
    'AWS_S3_REGION_NAME',
    'AWS_CA_BUNDLE',
    'S3_ADMIN_CALLER_ARN',
  ]) {
    expect(text).toContain(variable);
  }
  expect(text).toContain('Exit code: 0 all done');
  if (!command.startsWith('mirror')) return;
  for (const { name, flag, argument, is } of settings)
    expect(text).toContain(`${flag} ${argument} ${is} [${name}]`);
});

test('the documentation has the same settings, with the defaults they have', () => {
  const page = readFileSync('docs/s3-admin.md', 'utf8');
  for (const { name, flag, is } of settings) {
    expect(page).toContain(`| \`${name}\` | \`${flag}\` | ${is} |`);
    const said = /\(default `?([^`)]+)`?\)$/.exec(is)?.[1];
    const parsed = SETTINGS[name].parse(said?.startsWith('MIRROR_ROOT') ? undefined : said);
    expect([name, parsed]).toEqual([name, SETTINGS[name].parse(undefined)]);
  }
});
