import { Module } from '@nestjs/common';
import { Erasure } from './jobs/erasure.js';
import { MigrationJobs } from './jobs/migration.jobs.js';
import { RetryJobs } from './jobs/retry.jobs.js';
import { SpotCheck } from './jobs/spot-check.js';

/** What workers do with files by themselves or for a command. */
@Module({
  providers: [Erasure, MigrationJobs, RetryJobs, SpotCheck],
  exports: [Erasure, RetryJobs, SpotCheck],
})
export class MigrationModule {}
