import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { CertificatesModule } from '../certificates/certificates.module.js';
import { MigrationModule } from '../migration/migration.module.js';
import { DatabaseGauges } from './database-gauges.js';
import { FrontController } from './front.controller.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsText } from './metrics-text.js';
import { LiveFeed } from './page/live-feed.js';
import { OperationsController } from './page/operations.controller.js';
import { OperationsState } from './page/state.js';
import { QueuesPage } from './queues-page.js';
import { Readiness } from './readiness.js';
import { LoginController } from './staff/login.controller.js';
import { StaffGate } from './staff/staff-gate.js';

/** What operators and machines ask of the API process. Needs the database, the queue and the storage beside it. */
@Module({
  imports: [AuthModule, CertificatesModule, MigrationModule],
  controllers: [FrontController, HealthController, MetricsController, OperationsController, LoginController],
  providers: [DatabaseGauges, LiveFeed, MetricsText, OperationsState, QueuesPage, Readiness, StaffGate],
})
export class OperationsModule {}
