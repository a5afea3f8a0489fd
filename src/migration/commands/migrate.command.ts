import type { Config } from '../../config/config.js';
import { MigrateTask } from '../tasks/migrate.task.js';
import { wholeNumber } from './options.js';
import { answering, runCommand } from './run-command.js';

export interface MigrateOptions {
  dryRun?: boolean;
  batchSize?: string;
  tournamentId?: string;
  concurrency?: string;
  limit?: string;
  json?: boolean;
}

/** `migrate:certs`: uploads every local file that has no copy in S3. @returns the exit code */
export async function migrateCerts(config: Config, given: MigrateOptions): Promise<number> {
  const json = given.json ?? false;
  return answering(json, async () => {
    const tournamentId = wholeNumber('--tournament-id', given.tournamentId, 0);
    const options = {
      json,
      dryRun: given.dryRun ?? false,
      batchSize: wholeNumber('--batch-size', given.batchSize, 1) ?? 500,
      concurrency: wholeNumber('--concurrency', given.concurrency, 1) ?? 16,
      limit: wholeNumber('--limit', given.limit, 1),
    };
    const recorded = { ...options, tournamentId };
    return runCommand(
      config,
      'migrate',
      options,
      recorded,
      ({ pool, local, s3 }) => new MigrateTask(pool, { local, s3 }, { tournamentId }),
    );
  });
}
