import type { Config } from '../../config/config.js';
import { BATCH_SIZE } from '../engine/pace.js';
import { EraseTask } from '../tasks/erase.task.js';
import { runCommand } from './run-command.js';

export interface EraseOptions {
  execute?: boolean;
  json?: boolean;
}

/** `erase:certs`: erases certificates that were deleted 30 days ago or more. @returns the exit code */
export async function eraseCerts(config: Config, given: EraseOptions): Promise<number> {
  const dryRun = !given.execute;
  const json = given.json ?? false;
  const options = { json, dryRun, batchSize: BATCH_SIZE, concurrency: 8 };
  return runCommand(config, {
    ...options,
    name: 'erase',
    recorded: { dryRun },
    needsBucket: false,
    makeTask: ({ pool, storage, local, s3 }) => new EraseTask(pool, storage, { local, s3 }),
  });
}
