import type { Config } from '../../config/config.js';
import { BATCH_SIZE, CONCURRENCY } from '../engine/pace.js';
import type { Ending } from '../engine/run-task.js';
import type { QueuedRun } from './follow-queue.js';
import { MigrateTask } from '../tasks/migrate.task.js';
import { RefusedError } from '../runs/refused.error.js';
import { wholeNumber } from './options.js';
import { runCommand } from './run-command.js';

export interface MigrateOptions {
  dryRun?: boolean;
  batchSize?: string;
  tournamentId?: string;
  concurrency?: string;
  limit?: string;
  queue?: boolean;
  json?: boolean;
}

/** `migrate:certs`: uploads every local file that has no copy in S3. @returns the exit code */
export async function migrateCerts(config: Config, given: MigrateOptions): Promise<number> {
  const json = given.json ?? false;
  const tournamentId = wholeNumber('--tournament-id', given.tournamentId, 0);
  const options = {
    json,
    dryRun: given.dryRun ?? false,
    batchSize: wholeNumber('--batch-size', given.batchSize, 1) ?? BATCH_SIZE,
    concurrency: wholeNumber('--concurrency', given.concurrency, 1) ?? CONCURRENCY,
    limit: wholeNumber('--limit', given.limit, 1),
  };
  if (given.queue && options.dryRun) {
    throw new RefusedError(
      'bad_usage',
      '--dry-run and --queue exclude each other: a dry run does not use workers',
    );
  }
  return runCommand(config, {
    ...options,
    name: 'migrate',
    recorded: { ...options, tournamentId, queue: given.queue ?? false },
    needsBucket: true,
    makeTask: ({ pool, local, s3 }) =>
      new MigrateTask(
        pool,
        { local, s3 },
        // Each worker checks its own.
        { tournamentId, mediaRoot: given.queue ? undefined : config.storage.mediaRoot },
      ),
    ...(given.queue && { elsewhere: (run) => inWorkers(config, run) }),
  });
}

/** Queues and what belongs to them are loaded only if they are used. */
async function inWorkers(config: Config, run: QueuedRun): Promise<Ending> {
  const { followQueue } = await import('./follow-queue.js');
  return followQueue(config, run);
}
