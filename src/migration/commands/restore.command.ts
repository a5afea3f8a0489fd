import type { Config } from '../../config/config.js';
import { BATCH_SIZE, CONCURRENCY } from '../engine/pace.js';
import { RestoreTask } from '../tasks/restore.task.js';
import { wholeNumber } from './options.js';
import { runCommand } from './run-command.js';

export interface RestoreOptions {
  dryRun?: boolean;
  tournamentId?: string;
  json?: boolean;
}

/** `restore:certs`: brings every file in S3 back to disk. @returns the exit code */
export async function restoreCerts(config: Config, given: RestoreOptions): Promise<number> {
  const json = given.json ?? false;
  const tournamentId = wholeNumber('--tournament-id', given.tournamentId, 0);
  const options = { json, dryRun: given.dryRun ?? false, batchSize: BATCH_SIZE, concurrency: CONCURRENCY };
  return runCommand(config, {
    ...options,
    name: 'restore',
    recorded: { ...options, tournamentId },
    needsBucket: true,
    makeTask: ({ pool, local, s3 }) => new RestoreTask(pool, { local, s3 }, { tournamentId }),
  });
}
