import { Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import fastify, { type FastifyInstance } from 'fastify';
import { CertificatesModule } from '../certificates/certificates.module.js';
import { Config } from '../config/config.js';
import { listenOn } from '../config/listen-on.js';
import { DatabaseGauges } from './database-gauges.js';
import { MetricsText } from './metrics-text.js';

/** `/metrics` and `/health/live` of a worker, which has no API: its counters are its own, and so must be scraped there. */
@Injectable()
export class WorkerEndpoint implements OnApplicationShutdown {
  private readonly server: FastifyInstance = fastify();

  constructor(
    private readonly config: Config,
    text: MetricsText,
  ) {
    this.server.addHook(
      'onRequest',
      async (_request, reply) => void reply.header('cache-control', 'no-store'),
    );
    this.server.get('/health/live', async () => ({ status: 'ok' }));
    this.server.get('/metrics', async (_request, reply) =>
      reply.type(text.contentType).send(await text.read()),
    );
  }

  /** @returns its address, or undefined where WORKER_METRICS_PORT names no port @throws ConfigError where it can't be had */
  async open(): Promise<string | undefined> {
    const { workerPort } = this.config.metrics;
    if (workerPort === undefined) return undefined;
    const { host } = this.config.http;
    return listenOn('WORKER_METRICS_PORT', { host, port: workerPort }, (address) =>
      this.server.listen(address),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.server.close();
  }
}

/** What operators and machines ask of a worker. */
@Module({ imports: [CertificatesModule], providers: [DatabaseGauges, MetricsText, WorkerEndpoint] })
export class WorkerOperationsModule {}
