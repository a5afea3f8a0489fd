import { Command } from 'commander';
import { registerCost } from './cost.command.js';

async function cost(...args: string[]) {
  const out: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out.push(String(text));
    return true;
  });
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  registerCost(program);
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
  try {
    await program.parseAsync(['cost', ...args], { from: 'user' });
  } finally {
    write.mockRestore();
  }
  return out.join('');
}

it('prints the bill with the date of its prices', async () => {
  const text = await cost('--certificates-per-month', '1000');
  expect(text).toMatch(/list prices of us-east-1, \d{4}-\d{2}-\d{2}/);
  expect(text).toMatch(/Prices are of \d{4}-\d{2}-\d{2} .* https:\/\/aws\.amazon\.com\/s3\/pricing\//);
  expect(text).toContain('The rules save 0.24 a month.');
  expect(text).toContain('pdf, 31 KiB: Standard-IA costs 17.64 more per million files than it saves');
});

it('prints one JSON document', async () => {
  const text = await cost('--certificates-per-month', '50', '--json');
  const result = JSON.parse(text) as Record<string, { total: number }>;
  expect(result.with_lifecycle?.total).toBeGreaterThan(0);
  const names = [...text.matchAll(/"(\w+)":/g)].map(([, name]) => name);
  expect(names).toContain('saved_per_million');
  expect(names.filter((name) => /[A-Z]/.test(name ?? ''))).toEqual([]);
});

it.each([
  [[], /required option '--certificates-per-month/],
  [['--certificates-per-month', '0'], /Takes a number from 1/],
  [['--certificates-per-month', 'many'], /Takes a number from 1/],
  [['--certificates-per-month', '0x10'], /Takes a number from 1/],
  [['--certificates-per-month', '1e3'], /Takes a number from 1/],
  [['--certificates-per-month', '5', '--archive-class', 'GLACIER_FLEXIBLE_RETRIEVAL'], /Allowed choices/],
  [['--certificates-per-month', '5', '--archive-days', '80'], /each age must be higher/],
  [['--certificates-per-month', '5', '--bogus'], /unknown option/],
])('refuses %j', async (args, message) => {
  await expect(cost(...args)).rejects.toThrow(message);
});
