import { Counter, Histogram, Registry } from 'prom-client';

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
export const issueSeconds = new Histogram({
  name: 'cert_issue_duration_seconds',
  help: 'Time to issue one certificate: rendering, placing and committing',
  registers,
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});
