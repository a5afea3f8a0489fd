import { Injectable } from '@nestjs/common';
import { SiteUrl } from '../../http/site-url.js';
import type { OpenFile } from '../../storage/storage.js';
import { Storage } from '../../storage/storage.js';
import { type CertificateInContext, verificationPath } from '../certificate.js';
import { refusals, storageProblem } from '../certificate.errors.js';
import { CertificatesRepository } from '../certificates.repository.js';
import { uuid } from '../dto/fields.js';
import type { VerificationDto } from '../dto/verification-response.js';

export interface Verified {
  certificate: CertificateInContext;
  answer: VerificationDto;
  /** When every file was last read and found right; null if one has not been checked yet. */
  lastCheckedAt: Date | null;
}

/** What the public may know of a certificate. Reads no file: the scheduled checks have done that. */
@Injectable()
export class VerificationService {
  constructor(
    private readonly repository: CertificatesRepository,
    private readonly storage: Storage,
    private readonly site: SiteUrl,
  ) {}

  /** @throws Problem 404 for an unknown code */
  async verify(code: string): Promise<Verified> {
    // Codes copied from a document can bring blanks and line ends along.
    const parsed = uuid.safeParse(code.replace(/\s/g, ''));
    const certificate = parsed.success ? await this.repository.findByCode(parsed.data) : null;
    if (!certificate) throw refusals.unknownCode();
    const tampered = certificate.files.some((file) => file.mismatchedAt !== null);
    const gone = certificate.deletedAt !== null;
    const revoked = certificate.revokedAt !== null;
    const answer: VerificationDto = {
      valid: !revoked && !gone && !tampered,
      certificate_id: certificate.id,
      tournament: certificate.tournament.name,
      // From the moment of its deletion a certificate names nobody in public.
      participant_display_name: gone ? null : certificate.displayName,
      certificate_type: certificate.certificateType,
      placement: certificate.placement,
      generated_at: certificate.generatedAt.toISOString(),
      revoked,
      revoked_reason: gone ? null : certificate.revokedReason,
      is_tampered: tampered,
      verification_url: this.site.url + verificationPath(certificate.verificationCode),
    };
    return { certificate, answer, lastCheckedAt: lastCheckOf(certificate) };
  }

  /** The picture of a valid certificate. @throws Problem 404 unknown, 410 revoked, deleted or tampered, 503 storage */
  async image(code: string, signal: AbortSignal): Promise<OpenFile> {
    const { certificate, answer } = await this.verify(code);
    const png = certificate.files.find((file) => file.format === 'png');
    if (!png) throw refusals.unknownCode();
    // First: the reason of a revocation is no longer public then.
    if (certificate.deletedAt) throw refusals.deleted();
    if (certificate.revokedAt) throw refusals.revoked(certificate.revokedReason, certificate.revokedAt);
    if (answer.is_tampered) throw refusals.tampered();
    try {
      return await this.storage.open(png, { signal });
    } catch (error) {
      throw storageProblem(error);
    }
  }
}

function lastCheckOf({ files }: CertificateInContext): Date | null {
  const times = files.map((file) => file.lastVerifiedAt?.getTime() ?? 0);
  const oldest = Math.min(...times);
  return oldest > 0 && Number.isFinite(oldest) ? new Date(oldest) : null;
}
