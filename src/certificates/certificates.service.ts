import { Injectable } from '@nestjs/common';
import { mayManage, mayRead, type Principal } from '../auth/principal.js';
import { SiteUrl } from '../http/site-url.js';
import type { CertificateInContext, CertificateWithFiles } from './certificate.js';
import { refusals } from './certificate.errors.js';
import { CertificatesRepository } from './certificates.repository.js';
import { DownloadCounter } from './download/download-counter.js';
import type { IssueBody, ListQuery } from './dto/requests.js';
import { decodeCursor, encodeCursor } from './list-cursor.js';
import { type Issued, IssueService } from './issuing/issue.service.js';
import { TournamentsService } from './tournaments/tournaments.service.js';

@Injectable()
export class CertificatesService {
  constructor(
    private readonly repository: CertificatesRepository,
    private readonly tournaments: TournamentsService,
    private readonly issuer: IssueService,
    private readonly downloads: DownloadCounter,
    private readonly site: SiteUrl,
  ) {}

  async issue(tournamentId: number, body: IssueBody, who: Principal): Promise<Issued> {
    return this.issuer.issue(await this.tournaments.forIssuing(tournamentId, who), body);
  }

  /** @throws Problem 404 unknown, 403 not theirs, 410 deleted */
  async get(id: string, who: Principal): Promise<CertificateInContext> {
    await this.downloads.settled();
    const certificate = await this.repository.find(id);
    if (!certificate) throw refusals.unknownCertificate();
    // It is nobody's any more: its former owner is told so, too.
    if (certificate.erasedAt) throw refusals.deleted();
    if (!mayRead(who, certificate, certificate.tournament)) throw refusals.notYours();
    if (certificate.deletedAt) throw refusals.deleted();
    return certificate;
  }

  async list(
    tournamentId: number,
    query: ListQuery,
    who: Principal,
  ): Promise<{ certificates: CertificateWithFiles[]; next: string | null }> {
    await this.tournaments.forManager(tournamentId, who);
    const after = query.cursor === undefined ? null : decodeCursor(query.cursor);
    const rows = await this.repository.list(tournamentId, after, query.page_size + 1);
    const certificates = rows.slice(0, query.page_size);
    const last = rows.length > query.page_size ? certificates.at(-1) : undefined;
    if (!last) return { certificates, next: null };
    const parameters = new URLSearchParams({
      cursor: encodeCursor(last),
      page_size: String(query.page_size),
    });
    return {
      certificates,
      next: `${this.site.url}/api/tournaments/${tournamentId}/certificates/?${parameters.toString()}`,
    };
  }

  /** Revokes, or returns the revocation in force. @throws Problem 404, 403, 410 deleted */
  async revoke(id: string, reason: string, who: Principal): Promise<CertificateInContext> {
    const certificate = await this.repository.find(id);
    if (!certificate) throw refusals.unknownCertificate();
    if (!mayManage(who, certificate.tournament)) throw refusals.notYours();
    if (certificate.deletedAt) throw refusals.deleted();
    await this.repository.revoke(id, reason);
    return this.get(id, who);
  }

  /** Deletes softly; the erasure job removes files and personal data 30 days later. @throws Problem 404, 403 */
  async delete(id: string, who: Principal): Promise<void> {
    if (!who.staff) throw refusals.staffOnly();
    if (!(await this.repository.find(id))) throw refusals.unknownCertificate();
    await this.repository.softDelete(id);
  }
}
