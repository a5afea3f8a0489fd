import { Injectable } from '@nestjs/common';
import { PrismaService } from '../database/prisma.service.js';
import type { CertificateInContext, CertificateWithFiles } from './certificate.js';

/** Place in a tournament's list, which is ordered by time of issue. */
export interface ListPosition {
  generatedAt: Date;
  id: string;
}

@Injectable()
export class CertificatesRepository {
  constructor(private readonly prisma: PrismaService) {}

  find(id: string): Promise<CertificateInContext | null> {
    return this.prisma.certificate.findUnique({ where: { id }, include: { files: true, tournament: true } });
  }

  findByCode(verificationCode: string): Promise<CertificateInContext | null> {
    return this.prisma.certificate.findUnique({
      where: { verificationCode },
      include: { files: true, tournament: true },
    });
  }

  /** Pages by key, never by offset, so that a page neither repeats nor skips rows while others are issued or deleted. */
  list(tournamentId: number, after: ListPosition | null, take: number): Promise<CertificateWithFiles[]> {
    const position = after && {
      OR: [
        { generatedAt: { gt: after.generatedAt } },
        { generatedAt: after.generatedAt, id: { gt: after.id } },
      ],
    };
    return this.prisma.certificate.findMany({
      where: { tournamentId, deletedAt: null, ...position },
      include: { files: true },
      orderBy: [{ generatedAt: 'asc' }, { id: 'asc' }],
      take,
    });
  }

  /** Revokes unless already revoked: the first reason stays. */
  async revoke(id: string, reason: string): Promise<void> {
    await this.prisma.certificate.updateMany({
      where: { id, revokedAt: null, deletedAt: null },
      data: { revokedAt: new Date(), revokedReason: reason },
    });
  }

  /** By the database's clock, by which the days until the erasure are counted. */
  async softDelete(id: string): Promise<void> {
    await this.prisma.$executeRaw`
      UPDATE certificates SET deleted_at = now() WHERE id = ${id}::uuid AND deleted_at IS NULL`;
  }
}
