import { execFile } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join, resolve } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { type PrivateMoto, startMoto, temporaryFolder } from '../services/index.js';
import { selfSigned } from '../terraform/tls.js';
import { readPage } from './pages.js';

/** The page, command by command, by HTTPS as its policy demands; what it says it will see is what it sees. */
let moto: PrivateMoto;
let env: NodeJS.ProcessEnv;
const folder = temporaryFolder('hardening');

beforeAll(async () => {
  const tls = await selfSigned();
  moto = await startMoto({ tls });
  env = {
    PATH: process.env['PATH'],
    AWS_ENDPOINT_URL: moto.endpoint,
    AWS_CA_BUNDLE: tls.certificate,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: moto.accessKey,
    AWS_SECRET_ACCESS_KEY: moto.secretKey,
  };
  const s3 = new S3Client({
    endpoint: moto.endpoint,
    region: 'eu-central-1',
    forcePathStyle: true,
    credentials: { accessKeyId: moto.accessKey, secretAccessKey: moto.secretKey },
    requestHandler: new NodeHttpHandler({
      httpsAgent: new Agent({ ca: readFileSync(tls.certificate) }),
    }),
  });
  const where = { LocationConstraint: 'eu-central-1' } as const;
  await s3.send(new CreateBucketCommand({ Bucket: 'my-bucket', CreateBucketConfiguration: where }));
  s3.destroy();
  copyFileSync('policy_template.json', join(folder, 'policy_template.json'));
});
afterAll(() => moto?.stop());

it('every command of the page prints what the page says', async () => {
  const path = 'runbooks/policy-hardening.md';
  const seen: string[] = [];
  const { snippets } = readPage(path, readFileSync(path, 'utf8'));
  let printed = '';
  for (const { fence, text } of snippets) {
    if (fence === 'sh') printed = await s3Admin(text.replace(/^npm run s3-admin -- /, '').split(' '));
    if (fence !== 'text') continue;
    seen.push(text);
    expect(withoutTimes(printed)).toBe(withoutTimes(text));
  }
  expect(seen).toHaveLength(6);
});

function s3Admin(args: string[]): Promise<string> {
  return new Promise((done, fail) => {
    const program = resolve('dist/s3-admin/cli.js');
    execFile(process.execPath, [program, ...args], { cwd: folder, env }, (error, stdout, stderr) => {
      // 1 is for findings.
      if (error && error.code !== 1) fail(new Error(`${args.join(' ')}: ${stderr}`, { cause: error }));
      else done(stdout.trim());
    });
  });
}

function withoutTimes(text: string): string {
  return text.replace(/\d{4}-\d\d-\d\dT[\d.-]+Z/g, 'TIME');
}
