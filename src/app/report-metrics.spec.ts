import { loadConfig } from '../config/config.js';
import { createLogger } from '../logging/logger.js';
import { certIssued } from '../metrics/metrics.js';
import { reportMetrics } from './report-metrics.js';

function linesOf(env: NodeJS.ProcessEnv) {
  const config = loadConfig({ AWS_STORAGE_BUCKET_NAME: 'certificates-test', LOG_LEVEL: 'error', ...env });
  const lines: string[] = [];
  const logger = createLogger(config, { write: (line) => void lines.push(line) });
  const stop = reportMetrics(config, logger, async () => undefined);
  return { stop, lines: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

it('writes metrics as log lines of their own, also where the log is quiet', async () => {
  const { stop, lines } = linesOf({ CLOUDWATCH_METRICS: 'on' });
  certIssued.inc({ type: 'winner' }, 3);
  await stop();
  expect(lines()).toContainEqual(
    expect.objectContaining({ _aws: expect.anything(), Bucket: 'certificates-test', cert_issued_total: 3 }),
  );
});

it('writes nothing unless asked to', async () => {
  const { stop, lines } = linesOf({});
  await stop();
  expect(lines()).toEqual([]);
});
