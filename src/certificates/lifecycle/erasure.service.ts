import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { PrismaService } from '../../database/prisma.service.js';
import { StorageError } from '../../storage/storage.errors.js';
import { Storage } from '../../storage/storage.js';
import { parseKey } from '../../storage/storage-key.js';
import type { CertificateWithFiles } from '../certificate.js';

/** How long a deleted certificate is kept before it is erased everywhere, days. */
export const ERASE_AFTER_DAYS = 30;

/** What an erasure takes from the rows; what remains says that there was a certificate, and nothing of whom. */
const ERASED_FIELDS = ['display_name', 'participant_id', 'user_id', 'revoked_reason'];

export interface ErasureFailure {
  certificate_id: string;
  code: string;
  detail: string;
}

export interface ErasureResult {
  total: number;
  erased: number;
  failed: number;
  errors: ErasureFailure[];
}

/** Erases certificates that were deleted long enough ago: every copy and version of their files, and what names a person. */
@Injectable()
export class ErasureService {
  private readonly logger = new Logger(ErasureService.name);

  constructor(
    private readonly prisma: PrismaService,
    private readonly storage: Storage,
  ) {}

  /** Certificates whose time has come. */
  count(): Promise<number> {
    return this.prisma.certificate.count({ where: due() });
  }

  /** Erases all that are due. One that fails is left whole for the next time; the others go on. */
  async eraseDue(
    signal: AbortSignal,
    onEach: (certificateId: string) => void = () => undefined,
  ): Promise<ErasureResult> {
    const result: ErasureResult = { total: 0, erased: 0, failed: 0, errors: [] };
    let after = '00000000-0000-0000-0000-000000000000';
    while (!signal.aborted) {
      const certificates = await this.prisma.certificate.findMany({
        where: { ...due(), id: { gt: after } },
        include: { files: true },
        orderBy: { id: 'asc' },
        take: 50,
      });
      for (const certificate of certificates) {
        if (signal.aborted) break;
        result.total++;
        const failure = await this.erase(certificate);
        if (failure) result.errors.push(failure);
        else result.erased++;
        onEach(certificate.id);
      }
      const last = certificates.at(-1);
      if (!last) break;
      after = last.id;
    }
    result.failed = result.errors.length;
    return result;
  }

  /**
   * Files first, rows last: killed in between, the next run finds the certificate still due and removes what is left.
   * The rows go in one transaction with the receipt.
   */
  private async erase(certificate: CertificateWithFiles): Promise<ErasureFailure | undefined> {
    try {
      for (const file of certificate.files) await this.storage.remove(parseKey(file.key), file);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.logger.error({
        msg: 'a certificate could not be erased',
        certificate_id: certificate.id,
        err: error,
      });
      return { certificate_id: certificate.id, code: error.code, detail: error.message };
    }
    const { id } = certificate;
    const removed = certificate.files.map(({ key, size, sha256, storedLocallyAt, migratedToS3At }) => ({
      key,
      size,
      sha256,
      local: storedLocallyAt !== null,
      s3: migratedToS3At !== null,
    }));
    await this.prisma.$transaction([
      this.prisma.erasureReceipt.create({
        data: { id: randomUUID(), certificateId: id, removedFiles: removed, erasedFields: ERASED_FIELDS },
      }),
      this.prisma.certificateFile.deleteMany({ where: { certificateId: id } }),
      this.prisma.batchItem.updateMany({
        where: { certificateId: id },
        data: { participantId: '', userId: null, displayName: null },
      }),
      this.prisma.certificate.update({
        where: { id },
        data: {
          displayName: null,
          participantId: null,
          userId: null,
          revokedReason: null,
          erasedAt: new Date(),
        },
      }),
    ]);
    this.logger.log({ msg: 'certificate erased', certificate_id: id, files: removed.length });
    return undefined;
  }
}

function due() {
  return { erasedAt: null, deletedAt: { lte: new Date(Date.now() - ERASE_AFTER_DAYS * 86_400_000) } };
}
