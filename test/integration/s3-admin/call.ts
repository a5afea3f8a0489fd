import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { run } from '../../../src/s3-admin/program.js';

export interface Called {
  code: number;
  stdout: string;
  stderr: string;
  /** What `--json` printed. */
  json: <T>() => T;
}

/** Who calls and where: the variables an operator would set. */
export type Settings = Record<string, string>;

const AWS_VARIABLES = /^(AWS_|S3_ADMIN_)/;

/** The SDK's credential chain reads process.env itself; a profile of whoever runs the tests must not leak in. */
export async function withVariables<T>(settings: Settings, work: () => Promise<T>): Promise<T> {
  const former = { ...process.env };
  for (const name of Object.keys(process.env)) if (AWS_VARIABLES.test(name)) delete process.env[name];
  Object.assign(process.env, settings, { AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/dev/null' });
  try {
    return await work();
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in former)) delete process.env[name];
    Object.assign(process.env, former);
  }
}

/** Runs `s3-admin` in this process with these variables and no others of AWS's. */
export async function call(settings: Settings, ...argv: string[]): Promise<Called> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const printed = Promise.all([text(stdout), text(stderr)]);
  const { signal } = new AbortController();
  const code = await withVariables(settings, () =>
    run(argv, { env: process.env, stdin: new PassThrough(), stdout, stderr, signal }),
  );
  stdout.end();
  stderr.end();
  const [out, err] = await printed;
  return { code, stdout: out, stderr: err, json: <T>() => JSON.parse(out) as T };
}
