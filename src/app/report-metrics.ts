import type { Config } from '../config/config.js';
import type { Logger } from '../logging/logger.js';
import { EmbeddedMetrics } from '../metrics/embedded-metrics.js';
import { registry } from '../metrics/metrics.js';

/**
 * Writes the metrics that alarms need to the log, once a minute, where CLOUDWATCH_METRICS is on. The log's level does
 * not matter to them: an alarm must not fall silent because someone asked for fewer lines.
 * @param refresh asks the database for what only it knows; never rejects
 * @returns writes what is left and stops; to be called once nothing counts any more
 */
export function reportMetrics(
  config: Config,
  logger: Logger,
  refresh: () => Promise<void>,
): () => Promise<void> {
  const bucket = config.storage.s3?.bucket;
  if (!config.metrics.cloudwatch || bucket === undefined) return async () => undefined;
  const log = logger.child({}, { level: 'info' });
  const metrics = new EmbeddedMetrics(
    registry,
    bucket,
    (document) => log.info(document),
    (err) => log.error({ err }, 'metrics could not be written; trying again in a minute'),
  ).start(refresh);
  return () => metrics.stop();
}
