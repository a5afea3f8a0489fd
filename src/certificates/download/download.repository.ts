import { Injectable } from '@nestjs/common';
import { PrismaService } from '../../database/prisma.service.js';
import type { CertificateFile } from '../certificate.js';

/** All that a download asks of the database. */
export interface DownloadableFile {
  id: string;
  userId: string | null;
  organizerId: string;
  verificationCode: string;
  generatedAt: Date;
  revokedAt: Date | null;
  revokedReason: string | null;
  deletedAt: Date | null;
  file: CertificateFile;
}

@Injectable()
export class DownloadRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** The hottest query of the service: one round trip, written by hand. */
  async find(id: string, format: string): Promise<DownloadableFile | null> {
    const [row] = await this.prisma.$queryRaw<(Omit<DownloadableFile, 'file'> & CertificateFile)[]>`
      SELECT c.id, c.user_id AS "userId", t.organizer_id AS "organizerId", c.verification_code AS "verificationCode",
             c.generated_at AS "generatedAt", c.revoked_at AS "revokedAt", c.revoked_reason AS "revokedReason",
             c.deleted_at AS "deletedAt", f.key, f.certificate_id AS "certificateId", f.format,
             f.content_type AS "contentType", f.size, f.sha256, f.stored_locally_at AS "storedLocallyAt",
             f.migrated_to_s3_at AS "migratedToS3At", f.s3_etag AS "s3Etag", f.s3_version_id AS "s3VersionId",
             f.s3_owed_since AS "s3OwedSince", f.last_verified_at AS "lastVerifiedAt", f.mismatched_at AS "mismatchedAt"
      FROM certificates c
      JOIN tournaments t ON t.id = c.tournament_id
      JOIN certificate_files f ON f.certificate_id = c.id AND f.format = ${format}
      WHERE c.id = ${id}::uuid`;
    return row ? { ...row, file: row } : null;
  }
}
