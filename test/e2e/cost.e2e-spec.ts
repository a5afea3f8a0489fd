import { spawnSync } from 'node:child_process';

function cost(...args: string[]) {
  return spawnSync(process.execPath, ['dist/cli.js', 'cost', ...args], { encoding: 'utf8' });
}

it('answers with exit code 0 and the bill alone on standard output', () => {
  const { status, stdout, stderr } = cost('--certificates-per-month', '1000', '--json');
  expect([status, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toMatchObject({ prices: { currency: 'USD' }, months: 84 });
});

it.each([
  ['nothing said', [], '--certificates-per-month'],
  ['less than one certificate', ['--certificates-per-month', '0'], 'Takes a number from 1'],
  ['ages that fall', ['--certificates-per-month', '9', '--archive-days', '80'], 'each age must be higher'],
])('ends with exit code 2 and a sentence for %s', (_what, args, sentence) => {
  const { status, stdout, stderr } = cost(...args);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain(sentence);
});
