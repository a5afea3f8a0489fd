import type { Config } from '../../config/config.js';
import { BATCH_SIZE, CONCURRENCY } from '../engine/pace.js';
import { RetireTask } from '../tasks/retire.task.js';
import { confirm } from './confirm.js';
import { MOST_DAYS, wholeNumber } from './options.js';
import { runCommand } from './run-command.js';

export interface RetireOptions {
  execute?: boolean;
  yes?: boolean;
  olderThanDays?: string;
  verifiedWithinDays?: string;
  archive?: boolean;
  json?: boolean;
}

/** `retire:certs`: removes local copies of files whose S3 copy is read and found right. @returns the exit code */
export async function retireCerts(config: Config, given: RetireOptions): Promise<number> {
  const json = given.json ?? false;
  const olderThanDays = wholeNumber('--older-than-days', given.olderThanDays, 0, MOST_DAYS) ?? 60;
  const verifiedWithinDays =
    wholeNumber('--verified-within-days', given.verifiedWithinDays, 0, MOST_DAYS) ?? 0;
  const archive = given.archive ?? false;
  const dryRun = !given.execute;
  const what = archive ? 'Move the local copies under _archive/' : 'Remove the local copies';
  const options = {
    json,
    dryRun,
    batchSize: BATCH_SIZE,
    concurrency: CONCURRENCY,
    ...(!dryRun &&
      !given.yes && {
        confirm: (files: number, signal: AbortSignal) => confirm(`${what} of up to ${files} files?`, signal),
      }),
  };
  const chosen = { olderThanDays, verifiedWithinDays, archive };
  return runCommand(config, {
    ...options,
    name: 'retire',
    recorded: { dryRun, ...chosen },
    needsBucket: true,
    makeTask: ({ pool, local, s3 }) => new RetireTask(pool, { local, s3 }, chosen),
  });
}
