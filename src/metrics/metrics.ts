import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What `/metrics` shows. Every metric of the service is declared here, so that alarms and runbooks have one list. */
export const registry = new Registry();
const registers = [registry];

export const certIssued = new Counter({
  name: 'cert_issued_total',
  help: 'Certificates issued',
  labelNames: ['type'] as const,
  registers,
});
export const certDownloads = new Counter({
  name: 'cert_download_total',
  help: 'Answers to download requests, by HTTP status and by where the bytes came from (local, s3, none)',
  labelNames: ['status', 'source'] as const,
  registers,
});
export const certFallbacks = new Counter({
  name: 'cert_storage_fallback_total',
  help: 'Reads served by the other copy because the preferred one failed',
  labelNames: ['from', 'to'] as const,
  registers,
});
// Those that alarms go by start at 0: a rate over a series that begins with its first event misses that event.
certFallbacks.inc({ from: 's3', to: 'local' }, 0);
certFallbacks.inc({ from: 'local', to: 's3' }, 0);
export const issueSeconds = new Histogram({
  name: 'cert_issue_duration_seconds',
  help: 'Time to issue one certificate: rendering, placing and committing',
  registers,
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

export const storageSeconds = new Histogram({
  name: 'storage_operation_duration_seconds',
  help: 'Time of calls to a store, by outcome (ok, or the code of the error); reads until their first byte',
  labelNames: ['backend', 'operation', 'outcome'] as const,
  registers,
  buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
});

/** Uploads to S3 that failed after their last try, whatever asked for them: issuing, an owed copy, a backfill. */
export const s3UploadFailures = new Counter({
  name: 'cert_s3_upload_failures_total',
  help: 'Uploads to S3 given up after the last try',
  registers,
});
export const copiesOwed = new Gauge({
  name: 'cert_copies_owed',
  help: 'Files whose S3 copy is still owed, counted up to 10000',
  registers,
});
export const oldestCopyOwed = new Gauge({
  name: 'cert_copies_owed_oldest_seconds',
  help: 'Age in seconds of the oldest owed copy; 0 if there is none',
  registers,
});
export const validationAge = new Gauge({
  name: 'cert_validation_age_seconds',
  help: 'Seconds since a validation, weekly or by hand, last finished; before the first, since the first file came to S3',
  registers,
});
/** Those that only the database knows: not a number until it was asked. */
export const DATABASE_GAUGES = [copiesOwed, oldestCopyOwed, validationAge];
for (const gauge of DATABASE_GAUGES) gauge.set(Number.NaN);
export const integrityMismatches = new Counter({
  name: 'cert_integrity_mismatch_total',
  help: 'Checks that found bytes differing from the SHA-256 recorded at issue',
  registers,
});
export const migrationFiles = new Counter({
  name: 'cert_migration_files_total',
  help: 'Files handled by migrate, restore and retire, certificates by import and erase; by outcome (done, skipped, failed)',
  labelNames: ['task', 'outcome'] as const,
  registers,
});
for (const task of ['migrate', 'restore', 'retire', 'import', 'erase'])
  for (const outcome of ['done', 'skipped', 'failed']) migrationFiles.inc({ task, outcome }, 0);

export const runFiles = new Gauge({
  name: 'cert_migration_run_files',
  help: 'What the latest run of each command has handled, whichever process it runs in, by outcome (done, skipped, failed); as of this scrape',
  labelNames: ['task', 'outcome'] as const,
  registers,
});

export const httpSeconds = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'Time from a request to the end of its answer, by route template and class of status (2xx, 4xx, …)',
  labelNames: ['method', 'route', 'status'] as const,
  registers,
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

export const queueDepth = new Gauge({
  name: 'cert_queue_jobs',
  help: 'Jobs in the queue, by queue and state, as of this scrape; absent while the queue does not answer',
  labelNames: ['queue', 'state'] as const,
  registers,
});
