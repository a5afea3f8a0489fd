import { type BeforeApplicationShutdown, Global, Module } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { JobQueue } from './job-queue.js';
import { openJobQueue } from './open-job-queue.js';

/** Provides the {@link JobQueue}; its workers finish before the database closes. */
@Global()
@Module({
  providers: [
    {
      provide: JobQueue,
      useFactory: (config: Config, database: Database) => openJobQueue(config, database),
      inject: [Config, Database],
    },
  ],
  exports: [JobQueue],
})
export class QueueModule implements BeforeApplicationShutdown {
  constructor(private readonly jobs: JobQueue) {}

  async beforeApplicationShutdown(): Promise<void> {
    await this.jobs.close();
  }
}
