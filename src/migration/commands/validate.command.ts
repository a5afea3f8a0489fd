import type { Config } from '../../config/config.js';
import { BATCH_SIZE, CONCURRENCY } from '../engine/pace.js';
import { ValidateTask } from '../tasks/validate/validate.task.js';
import { RefusedError } from '../runs/refused.error.js';
import { wholeNumber } from './options.js';
import { runCommand } from './run-command.js';

export interface ValidateOptions {
  sample?: string;
  all?: boolean;
  json?: boolean;
}

/** `validate:certs`: compares rows, disk and bucket, and reads a sample back. @returns the exit code */
export async function validateCerts(config: Config, given: ValidateOptions): Promise<number> {
  const json = given.json ?? false;
  if (given.all && given.sample !== undefined) {
    throw new RefusedError('bad_usage', '--all and --sample exclude each other');
  }
  const sample = given.all ? 'all' : wholeNumber('--sample', given.sample, 0);
  const options = { json, dryRun: false, batchSize: BATCH_SIZE, concurrency: CONCURRENCY };
  return runCommand(config, {
    ...options,
    name: 'validate',
    recorded: { sample },
    needsBucket: true,
    makeTask: ({ pool, local, s3 }) => new ValidateTask(pool, { local, s3 }, sample),
  });
}
