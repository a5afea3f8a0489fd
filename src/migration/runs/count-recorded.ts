import { integrityMismatches, migrationFiles, s3UploadFailures } from '../../metrics/metrics.js';
import type { TaskName } from '../engine/task.js';
import type { Recorded } from './run-journal.js';

/** What a validation reports for a copy with other bytes than were issued. */
const OTHER_BYTES = /_(corrupt|differs)$/;

/** Counts what became of a file, for the process's metrics. A validation moves none: what it counts as failed is findings. */
export function countRecorded(task: TaskName, recorded: Recorded): void {
  if (task === 'validate') {
    if (recorded.kind === 'failed' && OTHER_BYTES.test(recorded.failure.code)) integrityMismatches.inc();
    return;
  }
  migrationFiles.inc({ task, outcome: recorded.kind });
  const lostUpload = recorded.kind === 'failed' && task === 'migrate' && recorded.failure.backend === 's3';
  if (lostUpload) s3UploadFailures.inc();
}
