import { type DynamicModule, Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { CertificatesApiModule, CertificatesModule } from '../certificates/certificates.module.js';
import type { Config } from '../config/config.js';
import { ConfigModule } from '../config/config.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { MigrationModule } from '../migration/migration.module.js';
import { observeStorage } from './observe-storage.js';
import { OperationsModule } from '../operations/operations.module.js';
import { WorkerOperationsModule } from '../operations/worker-endpoint.js';
import { QueueModule } from '../queue/queue.module.js';
import { StorageModule } from '../storage/storage.module.js';

/** What every process stands on. */
const foundation = (config: Config) => [
  ConfigModule.with(config),
  DatabaseModule,
  QueueModule,
  StorageModule.with(observeStorage()),
];

/** The API and its pages: what `main.ts` runs. */
@Module({})
export class ApiModule {
  static with(config: Config): DynamicModule {
    return {
      module: ApiModule,
      imports: [...foundation(config), AuthModule, CertificatesApiModule, MigrationModule, OperationsModule],
    };
  }
}

/** Queue jobs: what `worker.ts` runs, and `main.ts` beside the API where WORKER is on. */
@Module({})
export class WorkerModule {
  static with(config: Config): DynamicModule {
    return {
      module: WorkerModule,
      imports: [...foundation(config), CertificatesModule, MigrationModule, WorkerOperationsModule],
    };
  }
}
