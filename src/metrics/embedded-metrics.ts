import type { MetricObjectWithValues, MetricValue, Registry } from 'prom-client';

/** The namespace of the service's metrics in CloudWatch; terraform/ sets its alarms on it. */
const CLOUDWATCH_NAMESPACE = 'Certstore';

/**
 * What reaches CloudWatch, where every metric and every value of a dimension costs money each month: what an alarm or
 * the dashboard needs, and no more. `by` keeps one label as a dimension; all other labels are summed.
 */
export const CLOUDWATCH_METRICS: readonly { name: string; by?: string; unit?: Unit }[] = [
  { name: 'cert_issued_total' },
  { name: 'cert_download_total', by: 'source' },
  { name: 'cert_storage_fallback_total' },
  { name: 'cert_s3_upload_failures_total' },
  { name: 'cert_copies_owed' },
  { name: 'cert_copies_owed_oldest_seconds', unit: 'Seconds' },
  { name: 'cert_validation_age_seconds', unit: 'Seconds' },
  { name: 'cert_integrity_mismatch_total' },
  { name: 'cert_migration_files_total', by: 'outcome' },
];

type Unit = 'Count' | 'Seconds';

/** One log line in embedded metric format. */
export interface EmbeddedMetricDocument {
  _aws: {
    Timestamp: number;
    CloudWatchMetrics: {
      Namespace: string;
      Dimensions: string[][];
      Metrics: { Name: string; Unit: Unit }[];
    }[];
  };
  [member: string]: unknown;
}

/**
 * Carries the service's own metrics to CloudWatch through the log: CloudWatch Logs reads metrics out of lines in
 * embedded metric format, so nothing has to be scraped and no call to AWS is made.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * Counters are written as what they grew by since the line before, so that a Sum over all processes is right; gauges
 * as they are. Every process with counters of its own (API, worker, a command) has one of these.
 */
export class EmbeddedMetrics {
  private readonly last = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  /**
   * @param bucket value of the dimension `Bucket`, by which the alarms of one environment know their service
   * @param write puts one document on a line of the log, whatever the log's level
   * @param report told when a flush by itself failed; what could not be read is in the next one
   */
  constructor(
    private readonly registry: Registry,
    private readonly bucket: string,
    private readonly write: (document: EmbeddedMetricDocument) => void | Promise<void>,
    private readonly report: (error: unknown) => void,
  ) {}

  /**
   * Writes every `everyMs` milliseconds from now on.
   * @param refresh asks anew, before each writing, for what the registry does not know by itself
   */
  start(refresh: () => Promise<unknown> = () => Promise.resolve(), everyMs = 60_000): this {
    const write = () => refresh().then(() => this.flush());
    this.timer = setInterval(() => void write().catch(this.report), everyMs).unref();
    return this;
  }

  /** Writes what has not been written yet and stops; never rejects. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.flush().catch(this.report);
  }

  /** Writes now. One flush at a time: two at once would both count the same growth. */
  flush(): Promise<void> {
    const flushed = this.writing.then(async () => {
      const metrics = new Map((await this.registry.getMetricsAsJSON()).map((m) => [m.name, m]));
      for (const document of this.documents(metrics)) await this.write(document);
    });
    // The caller hears of a failure; the next flush only waits for this one.
    this.writing = flushed.catch(() => undefined);
    return flushed;
  }

  /** One document for each dimension value, because a document holds one value of each dimension. */
  private documents(metrics: Map<string, MetricObjectWithValues<MetricValue<string>>>) {
    const documents = new Map<string, EmbeddedMetricDocument>();
    for (const { name, by, unit = 'Count' } of CLOUDWATCH_METRICS) {
      const metric = metrics.get(name);
      if (!metric) continue;
      for (const [label, total] of sums(metric, by)) {
        // Unknown at the moment. JSON has no such number, and an alarm on absence is better than one on a guess.
        if (Number.isNaN(total)) continue;
        const id = `${by ?? ''}=${label}`;
        const document = documents.get(id) ?? this.document(by, label);
        documents.set(id, document);
        document._aws.CloudWatchMetrics[0]?.Metrics.push({ Name: name, Unit: unit });
        // prom-client declares an enum here, gives a word, and exports neither.
        const isGauge = String(metric.type) === 'gauge';
        document[name] = isGauge ? total : this.growth(`${name}:${label}`, total);
      }
    }
    return documents.values();
  }

  private document(by: string | undefined, label: string): EmbeddedMetricDocument {
    const dimensions = { Bucket: this.bucket, ...(by && { [by]: label }) };
    return {
      _aws: {
        Timestamp: Date.now(),
        CloudWatchMetrics: [
          { Namespace: CLOUDWATCH_NAMESPACE, Dimensions: [Object.keys(dimensions)], Metrics: [] },
        ],
      },
      ...dimensions,
    };
  }

  private growth(series: string, total: number): number {
    const before = this.last.get(series) ?? 0;
    this.last.set(series, total);
    // A counter that fell was reset: all it has is growth.
    return total >= before ? total - before : total;
  }
}

function sums(metric: MetricObjectWithValues<MetricValue<string>>, by: string | undefined) {
  const totals = new Map<string, number>();
  for (const { labels, value } of metric.values) {
    const label = by ? String((labels as Record<string, unknown>)[by]) : '';
    totals.set(label, (totals.get(label) ?? 0) + value);
  }
  return totals;
}
