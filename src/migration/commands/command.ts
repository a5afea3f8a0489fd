import type pg from 'pg';
import type { StorageBackend } from '../../storage/storage-backend.js';
import type { StorageBackends } from '../../storage/storage-backends.js';
import type { Storage } from '../../storage/storage.js';
import type { Ending } from '../engine/run-task.js';
import type { Item, Task, TaskName } from '../engine/task.js';
import { RefusedError } from '../runs/refused.error.js';
import type { QueuedRun } from './follow-queue.js';

/** One task as a command, with what the operator asked for. */
export type Command<I extends Item, Change> = CommandOptions &
  (
    | { needsBucket: true; makeTask: (parts: BucketParts) => Task<I, Change> }
    /** Places files as the storage mode says: it may not need S3. */
    | { needsBucket: false; makeTask: (parts: Parts) => Task<I, Change> }
  );

export interface CommandOptions {
  name: TaskName;
  json: boolean;
  dryRun: boolean;
  batchSize: number;
  concurrency: number;
  limit?: number | undefined;
  /** What to record with the run; numbers and flags only. */
  recorded: Record<string, unknown>;
  /** Called before anything is done, with the number of files; false ends the command. */
  confirm?: (files: number, signal: AbortSignal) => Promise<boolean>;
  /** Does the work outside this process. */
  elsewhere?: (run: QueuedRun) => Promise<Ending>;
}

interface Opened {
  pool: pg.Pool;
  /** Places new files as the storage mode says. */
  storage: Storage;
}

/** What tasks are built from. In a dry run the stores ignore writes. */
interface Parts extends Opened {
  local: StorageBackend;
  s3: StorageBackend | undefined;
}

interface BucketParts extends Parts {
  s3: StorageBackend;
}

/**
 * Makes the task from what is open; narrowed here, so that no task is made without the bucket it needs.
 * @throws RefusedError where none is configured
 */
export function taskMaker<I extends Item, Change>(
  command: Command<I, Change>,
  { local, s3 }: StorageBackends,
): (opened: Opened) => Task<I, Change> {
  if (!command.needsBucket) return (opened) => command.makeTask({ ...opened, local, s3 });
  if (!s3) {
    throw new RefusedError('no_bucket', `${command.name}:certs needs a bucket: set AWS_STORAGE_BUCKET_NAME`);
  }
  return (opened) => command.makeTask({ ...opened, local, s3 });
}
