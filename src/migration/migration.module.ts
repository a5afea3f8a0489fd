import { Module } from '@nestjs/common';
import { Erasure } from './erasure.js';
import { MigrationJobs } from './queue/migration.jobs.js';
import { RetryJobs } from './queue/retry.jobs.js';
import { SpotCheck } from './spot-check.js';

/** What workers do with files by themselves or for a command. */
@Module({
  providers: [Erasure, MigrationJobs, RetryJobs, SpotCheck],
  exports: [Erasure, RetryJobs, SpotCheck],
})
export class MigrationModule {}
