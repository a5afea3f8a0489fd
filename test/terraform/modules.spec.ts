import { readdirSync } from 'node:fs';
import { TerraformCopy } from './terraform.js';

/** Everything a person would run `terraform apply` in. */
const ROOTS = ['environments', 'examples'].flatMap((folder) =>
  readdirSync(`terraform/${folder}`).map((name) => `${folder}/${name}`),
);

describe('terraform/', () => {
  const terraform = new TerraformCopy();

  it('is formatted', async () => {
    expect(await terraform.demand('.', 'fmt', '-check', '-recursive')).toBe('');
  });

  it('is valid in every environment and example', async () => {
    expect(ROOTS).toContain('environments/production');
    // Two at a time: each loads the provider.
    const left = [...ROOTS];
    const results: Record<string, string> = {};
    const one = async () => {
      for (let root = left.shift(); root; root = left.shift()) {
        await terraform.init(root, '-backend=false');
        results[root] = await terraform.demand(root, 'validate');
      }
    };
    await Promise.all([one(), one()]);
    for (const root of ROOTS)
      expect([root, results[root]]).toEqual([root, expect.stringContaining('Success!')]);
  }, 300_000);

  it('does what its own tests say, over every option and with every wrong value refused', async () => {
    await terraform.init('.');
    const output = await terraform.demand('.', 'test');
    expect(output).toMatch(/Success! \d+ passed, 0 failed/);
  }, 300_000);
});
