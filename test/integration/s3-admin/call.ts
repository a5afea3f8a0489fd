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

/** Runs `s3-admin` in this process with these variables and no others of AWS's. */
export async function call(settings: Settings, ...argv: string[]): Promise<Called> {
  const former = { ...process.env };
  // The SDK's credential chain reads process.env itself; a profile of whoever runs the tests must not leak in.
  for (const name of Object.keys(process.env)) if (AWS_VARIABLES.test(name)) delete process.env[name];
  Object.assign(process.env, settings, { AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/dev/null' });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const printed = Promise.all([text(stdout), text(stderr)]);
  try {
    const code = await run(argv, {
      env: process.env,
      stdin: new PassThrough(),
      stdout,
      stderr,
      signal: new AbortController().signal,
    });
    stdout.end();
    stderr.end();
    const [out, err] = await printed;
    return { code, stdout: out, stderr: err, json: <T>() => JSON.parse(out) as T };
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in former)) delete process.env[name];
    Object.assign(process.env, former);
  }
}
