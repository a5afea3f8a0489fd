import { Controller, Get, Logger, type OnModuleInit, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { collectDefaultMetrics } from 'prom-client';
import { Public } from '../auth/public.decorator.js';
import { copiesOwed, queueDepth, registry } from '../metrics/metrics.js';
import { OwedCopiesService } from '../certificates/lifecycle/owed-copies.service.js';
import { JobQueue } from '../queue/job-queue.js';
import { withinTime } from './time-limit.js';

/** A scrape must not wait for a queue or a database that hangs. */
const ANSWER_LIMIT_MS = 2_000;

@ApiTags('operations')
@Controller('metrics')
export class MetricsController implements OnModuleInit {
  private readonly logger = new Logger('Metrics');

  constructor(
    private readonly queue: JobQueue,
    private readonly owedCopies: OwedCopiesService,
  ) {}

  /** CPU, memory, event loop lag, garbage collection, open files: once per process, whose registry it is. */
  onModuleInit(): void {
    if (!registry.getSingleMetric('process_cpu_seconds_total')) collectDefaultMetrics({ register: registry });
  }

  @Public()
  @Get()
  @ApiOperation({ summary: 'Metrics in the text format of Prometheus' })
  @ApiProduces('text/plain')
  @ApiResponse({ status: 200 })
  async metrics(@Res() reply: FastifyReply): Promise<void> {
    await Promise.all([this.readQueueDepth(), this.readOwedCopies()]);
    void reply
      .header('cache-control', 'no-store')
      .type(registry.contentType)
      .send(await registry.metrics());
  }

  /** No number is better than the last one known: an alarm on absence works, one on a stale number does not. */
  private async readQueueDepth(): Promise<void> {
    queueDepth.reset();
    try {
      const depth = await withinTime(this.queue.depth(), ANSWER_LIMIT_MS);
      for (const [queue, states] of Object.entries(depth)) {
        for (const [state, jobs] of Object.entries(states)) queueDepth.set({ queue, state }, jobs);
      }
    } catch (err) {
      this.logger.warn({ msg: 'the queue does not tell its depth', err });
    }
  }

  private async readOwedCopies(): Promise<void> {
    copiesOwed.set(Number.NaN);
    try {
      await withinTime(this.owedCopies.count(), ANSWER_LIMIT_MS);
    } catch (err) {
      this.logger.warn({ msg: 'the database does not tell the owed copies', err });
    }
  }
}
