import { Injectable } from '@nestjs/common';
import { PrismaService } from '../../database/prisma.service.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { StorageKey } from '../../storage/storage-key.js';
import type { Certificate, CertificateFile, CertificateWithFiles } from '../certificate.js';

/** What makes two certificates the same award. */
export interface Award {
  tournamentId: number;
  participantId: string;
  certificateType: string;
}

export interface BatchItemRef {
  batchId: string;
  index: number;
}

/** A certificate's columns at its issue; the rest start empty. */
export type NewCertificate = Omit<
  Certificate,
  'downloadedAt' | 'downloadCount' | 'revokedAt' | 'revokedReason' | 'deletedAt' | 'erasedAt'
>;
export type NewFile = Omit<
  CertificateFile,
  'certificateId' | 'lastVerifiedAt' | 's3VerifiedAt' | 'lastCheckedAt' | 'mismatchedAt'
>;

/** Why a commit was refused; all of them mean that nothing was written. */
export type Refusal =
  /** another request issued this award first */
  | 'exists'
  /** the sweep gave up on these files, because placing them took longer than it waits */
  | 'swept'
  /** another worker did this batch item first */
  | 'item_done';

export class CommitRefused extends Error {
  override readonly name = 'CommitRefused';
  constructor(readonly refusal: Refusal) {
    super(`not committed: ${refusal}`);
  }
}

const SUPERSEDED = 'superseded by a newer certificate';

@Injectable()
export class IssueRepository {
  constructor(private readonly prisma: PrismaService) {}

  findActive(award: Award): Promise<CertificateWithFiles | null> {
    return this.prisma.certificate.findFirst({
      where: { ...award, revokedAt: null, deletedAt: null },
      include: { files: true },
    });
  }

  /** Notes files that are about to be placed, so that a crash leaves none unknown. */
  async notePending(keys: StorageKey[]): Promise<void> {
    await this.prisma.pendingFile.createMany({ data: keys.map((key) => ({ key })) });
  }

  async forgetPending(keys: StorageKey[]): Promise<void> {
    await this.prisma.pendingFile.deleteMany({ where: { key: { in: keys } } });
  }

  /**
   * Makes placed files a certificate, in one transaction: revokes the active one if asked, inserts the rows, removes
   * the pending notes and marks the batch item.
   * @throws CommitRefused nothing was written. Any other error leaves open whether the commit took place.
   */
  async commit(
    certificate: NewCertificate,
    files: NewFile[],
    options: { supersede: boolean; batchItem?: BatchItemRef | undefined },
  ): Promise<CertificateWithFiles> {
    try {
      return await this.prisma.$transaction(
        async (tx) => {
          if (options.batchItem) await markGenerated(tx, options.batchItem, certificate.id);
          if (options.supersede) await revokeActive(tx, certificate);
          const created = await tx.certificate.create({
            data: { ...certificate, files: { create: files } },
            include: { files: true },
          });
          const { count } = await tx.pendingFile.deleteMany({
            where: { key: { in: files.map((file) => file.key) } },
          });
          if (count !== files.length) throw new CommitRefused('swept');
          return created;
        },
        { maxWait: 15_000, timeout: 30_000 },
      );
    } catch (error) {
      if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002')
        throw new CommitRefused('exists');
      throw error;
    }
  }
}

async function markGenerated(
  tx: Prisma.TransactionClient,
  item: BatchItemRef,
  certificateId: string,
): Promise<void> {
  const { count } = await tx.batchItem.updateMany({
    where: { ...item, state: 'pending' },
    data: { state: 'generated', certificateId, displayName: null },
  });
  if (count === 0) throw new CommitRefused('item_done');
}

async function revokeActive(tx: Prisma.TransactionClient, certificate: NewCertificate): Promise<void> {
  await tx.certificate.updateMany({
    where: {
      tournamentId: certificate.tournamentId,
      participantId: certificate.participantId,
      certificateType: certificate.certificateType,
      revokedAt: null,
      deletedAt: null,
    },
    data: { revokedAt: certificate.generatedAt, revokedReason: SUPERSEDED },
  });
}
