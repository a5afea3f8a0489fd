import { Module } from '@nestjs/common';
import { CertificatesModule } from '../certificates/certificates.module.js';
import { FrontController } from './front.controller.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { Readiness } from './readiness.js';

/** What operators and machines ask of the API process. Needs the database, the queue and the storage beside it. */
@Module({
  imports: [CertificatesModule],
  controllers: [FrontController, HealthController, MetricsController],
  providers: [Readiness],
})
export class OperationsModule {}
