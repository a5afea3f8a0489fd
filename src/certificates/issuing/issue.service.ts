import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SiteUrl } from '../../http/site-url.js';
import { certIssued, issueSeconds } from '../../metrics/metrics.js';
import { type CertificateWithFiles, type Tournament, verificationPath } from '../certificate.js';
import { refusals } from '../certificate.errors.js';
import type { IssueBody } from '../dto/requests.js';
import { FilePlacer } from './file-placer.js';
import { type RenderedFiles, Renderer, UnprintableTextError } from '../rendering/renderer.js';
import {
  type BatchItemRef,
  CommitRefused,
  IssueRepository,
  type NewCertificate,
  type NewFile,
} from './issue.repository.js';

export interface Issued {
  certificate: CertificateWithFiles;
  /** False if the active certificate already existed and is returned as it is. */
  created: boolean;
}

/** How often a forced issue is retried when others force the same award at the same time. */
const FORCE_ATTEMPTS = 5;

/**
 * Issues certificates so that a crash at any line leaves nothing half-issued:
 *
 * 1. render (in memory)
 * 2. note the two keys as pending; committed before the first byte is stored
 * 3. place the files; durable when `place` returns
 * 4. one transaction: certificate, files, pending notes gone
 *
 * Killed after 2 or 3, the notes remain and the sweep removes what they name. Killed during 4, the database decides.
 */
@Injectable()
export class IssueService {
  constructor(
    private readonly repository: IssueRepository,
    private readonly renderer: Renderer,
    private readonly placer: FilePlacer,
    private readonly site: SiteUrl,
  ) {}

  /** @throws Problem 422 unprintable text, 409 endless race, 503 storage */
  async issue(tournament: Tournament, request: IssueBody, batchItem?: BatchItemRef): Promise<Issued> {
    const award = {
      tournamentId: tournament.id,
      participantId: request.participant.id,
      certificateType: request.certificate_type,
    };
    const supersede = request.force_regenerate;
    const active = supersede ? null : await this.repository.findActive(award);
    if (active) return { certificate: active, created: false };

    const stopTimer = issueSeconds.startTimer();
    const certificate = this.newCertificate(tournament, request);
    const rendered = await this.render(tournament, request, certificate);
    const files = await this.placer.place(certificate, rendered);
    try {
      const row = await this.commit(certificate, files, supersede, batchItem);
      stopTimer();
      certIssued.inc({ type: row.certificateType });
      return { certificate: row, created: true };
    } catch (error) {
      if (!(error instanceof CommitRefused)) throw error;
      await this.placer.discard(files);
      const winner = await this.repository.findActive(award);
      if (winner && error.refusal !== 'swept') return { certificate: winner, created: false };
      throw refusals.conflictingIssue();
    }
  }

  private newCertificate(tournament: Tournament, request: IssueBody): NewCertificate {
    return {
      id: randomUUID(),
      tournamentId: tournament.id,
      participantId: request.participant.id,
      userId: request.participant.user_id ?? null,
      displayName: request.participant.display_name,
      certificateType: request.certificate_type,
      placement: request.placement ?? null,
      language: request.language,
      verificationCode: randomUUID(),
      certificateHash: '',
      generatedAt: new Date(),
    };
  }

  private async render(
    tournament: Tournament,
    request: IssueBody,
    certificate: NewCertificate,
  ): Promise<RenderedFiles> {
    try {
      return await this.renderer.render({
        tournamentName: tournament.name,
        displayName: request.participant.display_name,
        certificateType: request.certificate_type,
        placement: request.placement ?? null,
        language: request.language,
        verificationCode: certificate.verificationCode,
        verificationUrl: this.site.url + verificationPath(certificate.verificationCode),
        generatedAt: certificate.generatedAt,
        completedAt: tournament.completedAt,
      });
    } catch (error) {
      throw error instanceof UnprintableTextError ? refusals.unprintable(error) : error;
    }
  }

  /** A race lost to another forced issue is rerun: theirs is then the one to replace. */
  private async commit(
    certificate: NewCertificate,
    files: NewFile[],
    supersede: boolean,
    batchItem: BatchItemRef | undefined,
  ): Promise<CertificateWithFiles> {
    const pdf = files.find((file) => file.format === 'pdf');
    const row = { ...certificate, certificateHash: pdf?.sha256 ?? '' };
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.repository.commit(row, files, { supersede, batchItem });
      } catch (error) {
        const lostRace = error instanceof CommitRefused && error.refusal === 'exists';
        if (!lostRace || !supersede || attempt === FORCE_ATTEMPTS) throw error;
      }
    }
  }
}
