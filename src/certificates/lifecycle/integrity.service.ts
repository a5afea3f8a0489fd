import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { PrismaService } from '../../database/prisma.service.js';
import { integrityMismatches } from '../../metrics/metrics.js';
import { isStorageError } from '../../storage/storage.errors.js';
import { type Source, Storage } from '../../storage/storage.js';
import type { CertificateFile } from '../certificate.js';

/** How often the rotating check runs; each time it reads its share of all files. */
export const CHECKS_PER_DAY = 24;

export interface IntegrityResult {
  verified: number;
  /** Files with a copy whose bytes are not those issued. */
  mismatched: number;
  /** Files without a readable copy: not checked, and not called tampered. */
  unreadable: number;
}

/** Reads files again and compares their SHA-256, so that every file is read within a number of days. */
@Injectable()
export class IntegrityService {
  private readonly logger = new Logger(IntegrityService.name);

  constructor(
    private readonly prisma: PrismaService,
    private readonly storage: Storage,
    private readonly config: Config,
  ) {}

  /** Checks one run's share: those read longest ago, or never, first. @throws the signal's reason once it aborts */
  async checkShare(signal: AbortSignal): Promise<IntegrityResult> {
    const total = await this.prisma.certificateFile.count({ where: { certificate: { deletedAt: null } } });
    const share = Math.ceil(total / (this.config.integrity.everyDays * CHECKS_PER_DAY));
    const result: IntegrityResult = { verified: 0, mismatched: 0, unreadable: 0 };
    for (const file of await this.longestUnchecked(share)) {
      signal.throwIfAborted();
      result[await this.check(file)]++;
    }
    return result;
  }

  /** Reads every copy of this file and records what was found. */
  async check(file: CertificateFile): Promise<keyof IntegrityResult> {
    const sources: Source[] = [];
    if (file.storedLocallyAt) sources.push('local');
    if (file.migratedToS3At) sources.push('s3');
    const found = await Promise.all(sources.map((source) => this.readCopy(file, source)));
    const good = found.includes('verified');
    const bad = found.includes('mismatched');
    const goodInS3 = found[sources.indexOf('s3')] === 'verified';
    // People get a good copy; only a file without one is called tampered.
    await this.prisma.$executeRaw`
      UPDATE certificate_files SET last_checked_at = now(),
        s3_verified_at = CASE WHEN ${goodInS3} THEN now() ELSE s3_verified_at END,
        last_verified_at = CASE WHEN ${good} THEN now() ELSE last_verified_at END,
        mismatched_at = CASE WHEN ${good} THEN NULL WHEN ${bad} THEN now() ELSE mismatched_at END
      WHERE key = ${file.key}`;
    if (bad) return 'mismatched';
    return good ? 'verified' : 'unreadable';
  }

  private longestUnchecked(take: number): Promise<CertificateFile[]> {
    return this.prisma.$queryRaw`
      SELECT f.key, f.certificate_id AS "certificateId", f.format, f.content_type AS "contentType", f.size, f.sha256,
             f.stored_locally_at AS "storedLocallyAt", f.migrated_to_s3_at AS "migratedToS3At", f.s3_etag AS "s3Etag",
             f.s3_version_id AS "s3VersionId", f.s3_owed_since AS "s3OwedSince",
             f.last_verified_at AS "lastVerifiedAt", f.mismatched_at AS "mismatchedAt", f.last_checked_at AS "lastCheckedAt",
             f.s3_verified_at AS "s3VerifiedAt"
      FROM certificate_files f JOIN certificates c ON c.id = f.certificate_id AND c.deleted_at IS NULL
      ORDER BY f.last_checked_at NULLS FIRST, f.key LIMIT ${take}`;
  }

  private async readCopy(file: CertificateFile, source: Source): Promise<keyof IntegrityResult> {
    try {
      await this.storage.verifyCopy(file, source);
      return 'verified';
    } catch (error) {
      if (!isStorageError(error)) throw error;
      const mismatch = error.code === 'checksum_mismatch';
      if (mismatch) integrityMismatches.inc();
      const msg = mismatch ? 'a stored copy has other bytes than were issued' : 'a copy could not be checked';
      this.logger[mismatch ? 'error' : 'warn']({ msg, source, key: file.key, err: error });
      return mismatch ? 'mismatched' : 'unreadable';
    }
  }
}
