import { readdirSync, readFileSync } from 'node:fs';
import { TerraformCopy } from './terraform.js';

/** Everything a person would run `terraform apply` in. */
const ROOTS = ['environments', 'examples'].flatMap((folder) =>
  readdirSync(`terraform/${folder}`).map((name) => `${folder}/${name}`),
);

/** Every resource, data source and so on of the modules, as it is written. */
const blocks = (): string[] =>
  readdirSync('terraform/modules', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.tf'))
    .flatMap((file) => readFileSync(`terraform/modules/${file}`, 'utf8').split(/^(?=\w)/m));

describe('terraform/', () => {
  const terraform = new TerraformCopy();
  // It is not configured by `validate`, nor by tests with a mock of it.
  beforeAll(() => terraform.attachProvider());
  afterAll(() => terraform.close());

  it('is formatted', async () => {
    expect(await terraform.demand('.', 'fmt', '-check', '-recursive')).toBe('');
  });

  it('is valid in every environment and example', async () => {
    expect(ROOTS).toContain('environments/production');
    // Two at a time, as there are cores.
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

  /** Put at the same time, S3 answers one of them 409; moto does not. */
  it('lets every bucket policy wait for the public access block of its bucket', () => {
    const policies = blocks().filter((block) => block.startsWith('resource "aws_s3_bucket_policy"'));
    expect(policies.length).toBeGreaterThanOrEqual(3);
    for (const policy of policies) {
      const [, bucket] = /bucket = aws_s3_bucket\.(\w+)\.id/.exec(policy) ?? [];
      expect(policy).toContain(`depends_on = [aws_s3_bucket_public_access_block.${bucket}]`);
    }
  });

  it('names the bucket as well as its objects wherever it demands TLS', () => {
    const demands = blocks().filter((block) => block.includes('"aws:SecureTransport"'));
    expect(demands.length).toBeGreaterThanOrEqual(3);
    for (const demand of demands) expect(demand).toMatch(/resources = \[(local\.\w+), "\$\{\1\}\/\*"\]/);
  });

  it('does what its own tests say, over every option and with every wrong value refused', async () => {
    await terraform.init('.');
    const output = await terraform.demand('.', 'test');
    expect(output).toMatch(/Success! \d+ passed, 0 failed/);
  }, 300_000);
});
