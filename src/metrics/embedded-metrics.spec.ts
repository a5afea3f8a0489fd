import { Counter, Gauge, Registry } from 'prom-client';
import { CLOUDWATCH_METRICS, EmbeddedMetrics, type EmbeddedMetricDocument } from './embedded-metrics.js';
import { registry as service } from './metrics.js';

function setUp() {
  const registry = new Registry();
  const registers = [registry];
  const issued = new Counter({ name: 'cert_issued_total', help: '-', labelNames: ['type'], registers });
  const owed = new Gauge({ name: 'cert_copies_owed', help: '-', registers });
  const files = new Counter({
    name: 'cert_migration_files_total',
    help: '-',
    labelNames: ['task', 'outcome'],
    registers,
  });
  const oldest = new Gauge({ name: 'cert_copies_owed_oldest_seconds', help: '-', registers });
  owed.set(Number.NaN);
  oldest.set(Number.NaN);
  const lines: EmbeddedMetricDocument[] = [];
  const errors: unknown[] = [];
  const metrics = new EmbeddedMetrics(
    registry,
    'certificates-test',
    (line) => void lines.push(line),
    (error) => errors.push(error),
  );
  return { registry, issued, owed, oldest, files, metrics, errors, lines: () => lines.splice(0) };
}

describe('metrics in embedded metric format', () => {
  it('writes counters as growth, summed over labels, and gauges as they are', async () => {
    const { issued, owed, oldest, metrics, lines } = setUp();
    issued.inc({ type: 'winner' }, 2);
    issued.inc({ type: 'participant' }, 5);
    owed.set(3);
    oldest.set(90);
    await metrics.flush();
    expect(lines()).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: 'Certstore',
              Dimensions: [['Bucket']],
              Metrics: [
                { Name: 'cert_issued_total', Unit: 'Count' },
                { Name: 'cert_copies_owed', Unit: 'Count' },
                { Name: 'cert_copies_owed_oldest_seconds', Unit: 'Seconds' },
              ],
            },
          ],
        },
        Bucket: 'certificates-test',
        cert_issued_total: 7,
        cert_copies_owed: 3,
        cert_copies_owed_oldest_seconds: 90,
      },
    ]);

    issued.inc({ type: 'winner' });
    await metrics.flush();
    expect(lines()).toMatchObject([{ cert_issued_total: 1, cert_copies_owed: 3 }]);
  });

  it('leaves out what nobody knows: no number is better than one that is not true', async () => {
    const { issued, metrics, lines } = setUp();
    issued.inc({ type: 'winner' });
    await metrics.flush();
    const [document] = lines();
    expect(document).not.toHaveProperty('cert_copies_owed');
    expect(document?._aws.CloudWatchMetrics[0]?.Metrics).toEqual([
      { Name: 'cert_issued_total', Unit: 'Count' },
    ]);
  });

  it('asks anew before it writes by itself', async () => {
    const { owed, metrics, lines } = setUp();
    let asked = 0;
    metrics.start(async () => owed.set(++asked), 5);
    const written: unknown[] = [];
    while (written.length < 2) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      written.push(...lines().map((line) => line.cert_copies_owed));
    }
    await metrics.stop();
    expect(written.slice(0, 2)).toEqual([1, 2]);
  });

  it('keeps the one label an alarm needs as a dimension, in a document of its own', async () => {
    const { files, metrics, lines } = setUp();
    files.inc({ task: 'migrate', outcome: 'done' }, 98);
    files.inc({ task: 'migrate', outcome: 'failed' }, 1);
    files.inc({ task: 'restore', outcome: 'failed' }, 1);
    await metrics.flush();
    const byOutcome = lines().filter((line) => 'outcome' in line);
    expect(byOutcome).toMatchObject([
      { outcome: 'done', cert_migration_files_total: 98 },
      { outcome: 'failed', cert_migration_files_total: 2 },
    ]);
    expect(byOutcome[0]?._aws.CloudWatchMetrics[0]?.Dimensions).toEqual([['Bucket', 'outcome']]);
  });

  it('counts no growth twice when two flushes meet, and loses none when it stops', async () => {
    const { issued, metrics, lines } = setUp();
    metrics.start();
    issued.inc({ type: 'winner' }, 4);
    await Promise.all([metrics.flush(), metrics.flush()]);
    issued.inc({ type: 'winner' }, 2);
    await metrics.stop();
    const counts = lines().map((line) => line.cert_issued_total);
    expect(counts).toEqual([4, 0, 2]);
  });

  it('reports a gauge that cannot be read, and writes the growth the next time', async () => {
    const { registry, issued, metrics, errors, lines } = setUp();
    let down = true;
    const collect = () => {
      if (down) throw new Error('database is down');
    };
    new Gauge({ name: 'collected', help: '-', collect, registers: [registry] });
    issued.inc({ type: 'winner' }, 4);
    metrics.start(undefined, 5);
    while (errors.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    down = false;
    await metrics.stop();
    expect(lines().reduce((sum, line) => sum + Number(line.cert_issued_total), 0)).toBe(4);
  });

  it('sends only metrics that the service has', async () => {
    const declared = service.getMetricsAsArray().map((metric) => metric.name);
    expect(declared).toEqual(expect.arrayContaining(CLOUDWATCH_METRICS.map((metric) => metric.name)));
  });
});
