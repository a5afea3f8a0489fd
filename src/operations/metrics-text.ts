import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import pg from 'pg';
import { collectDefaultMetrics } from 'prom-client';
import { queueDepth, registry, runFiles } from '../metrics/metrics.js';
import { latestFigures } from '../migration/runs/runs.js';
import { JobQueue } from '../queue/job-queue.js';
import { ANSWER_LIMIT_MS, DatabaseGauges } from './database-gauges.js';
import { withinTime } from './time-limit.js';

/** What a scrape is answered: the process's own counters, and what queue and database say at this moment. */
@Injectable()
export class MetricsText implements OnModuleInit {
  readonly contentType = registry.contentType;
  private readonly logger = new Logger('Metrics');

  constructor(
    private readonly pool: pg.Pool,
    private readonly queue: JobQueue,
    private readonly gauges: DatabaseGauges,
  ) {}

  /** CPU, memory, event loop lag, garbage collection, open files: once per process, whose registry it is. */
  onModuleInit(): void {
    if (!registry.getSingleMetric('process_cpu_seconds_total')) collectDefaultMetrics({ register: registry });
  }

  /** What gives no answer in time is left out, as by {@link DatabaseGauges.refresh}. */
  async read(): Promise<string> {
    queueDepth.reset();
    runFiles.reset();
    await Promise.all([
      this.ask('the queue does not answer: no figures for its depth', this.readQueueDepth()),
      this.gauges.refresh(),
      this.ask('the database does not answer: no figures for the latest runs', this.readLatestRuns()),
    ]);
    return registry.metrics();
  }

  private async ask(trouble: string, answer: Promise<unknown>): Promise<void> {
    try {
      await withinTime(answer, ANSWER_LIMIT_MS);
    } catch (err) {
      this.logger.warn({ msg: trouble, err });
    }
  }

  private async readQueueDepth(): Promise<void> {
    for (const [queue, states] of Object.entries(await this.queue.depth())) {
      for (const [state, jobs] of Object.entries(states)) queueDepth.set({ queue, state }, jobs);
    }
  }

  private async readLatestRuns(): Promise<void> {
    for (const { task, ...figures } of await latestFigures(this.pool)) {
      for (const [outcome, files] of Object.entries(figures)) runFiles.set({ task, outcome }, files);
    }
  }
}
