import { Logger, Module } from '@nestjs/common';
import { Config } from '../config/config.js';
import { SiteUrl } from '../http/site-url.js';
import { PooledRenderer } from './rendering/pooled-renderer.js';
import { BatchProcessor } from './batches/batch.processor.js';
import { BatchRepository } from './batches/batch.repository.js';
import { BatchService } from './batches/batch.service.js';
import { BatchesController } from './batches/batches.controller.js';
import { CertificateJobs } from './certificate.jobs.js';
import { CertificatesController } from './certificates.controller.js';
import { CertificatesRepository } from './certificates.repository.js';
import { CertificatesService } from './certificates.service.js';
import { DownloadController } from './download/download.controller.js';
import { DownloadCounter } from './download/download-counter.js';
import { DownloadRepository } from './download/download.repository.js';
import { DownloadService } from './download/download.service.js';
import { FileReply } from './download/file-reply.js';
import { FilePlacer } from './issuing/file-placer.js';
import { IssueRepository } from './issuing/issue.repository.js';
import { IssueService } from './issuing/issue.service.js';
import { IntegrityService } from './lifecycle/integrity.service.js';
import { LifecycleJobs } from './lifecycle/lifecycle.jobs.js';
import { OwedCopiesService } from './lifecycle/owed-copies.service.js';
import { SweepService } from './issuing/sweep.service.js';
import { Renderer } from './rendering/renderer.js';
import { TournamentsController } from './tournaments/tournaments.controller.js';
import { TournamentsService } from './tournaments/tournaments.service.js';
import { VerificationController } from './verification/verification.controller.js';
import { VerificationService } from './verification/verification.service.js';

function siteUrl(config: Config): SiteUrl {
  const site = new SiteUrl(config);
  if (config.production && !config.http.siteUrl) {
    new Logger(SiteUrl.name).warn(
      `SITE_URL is unset: QR codes lead to ${site.url}, and printed ones can't be corrected; set it to the address that people reach`,
    );
  }
  return site;
}

/** Certificates without HTTP: what a worker needs. */
@Module({
  providers: [
    { provide: Renderer, useClass: PooledRenderer },
    { provide: SiteUrl, useFactory: siteUrl, inject: [Config] },
    BatchProcessor,
    BatchRepository,
    CertificateJobs,
    FilePlacer,
    IntegrityService,
    IssueRepository,
    IssueService,
    LifecycleJobs,
    OwedCopiesService,
    SweepService,
  ],
  exports: [
    BatchRepository,
    CertificateJobs,
    IntegrityService,
    IssueService,
    LifecycleJobs,
    OwedCopiesService,
    Renderer,
    SiteUrl,
    SweepService,
  ],
})
export class CertificatesModule {}

/** The HTTP interface on top of it. */
@Module({
  imports: [CertificatesModule],
  controllers: [
    TournamentsController,
    BatchesController,
    VerificationController,
    DownloadController,
    CertificatesController,
  ],
  providers: [
    BatchService,
    CertificatesRepository,
    CertificatesService,
    DownloadCounter,
    DownloadRepository,
    DownloadService,
    FileReply,
    TournamentsService,
    VerificationService,
  ],
})
export class CertificatesApiModule {}
