import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PrismaService } from '../../database/prisma.service.js';
import type { Batch, BatchItem, Tournament } from '../../generated/prisma/client.js';
import type { IssueBody } from '../dto/requests.js';
import type { BatchItemRef } from '../issuing/issue.repository.js';

export type ItemState = 'pending' | 'generated' | 'skipped' | 'failed';

/** A batch not worked on for this long is queued again, milliseconds. */
export const STALE_AFTER_MS = 2 * 60_000;

@Injectable()
export class BatchRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** Writes the batch and all its items in one transaction. */
  async create(tournamentId: number, requestedBy: string, results: IssueBody[]): Promise<string> {
    const id = randomUUID();
    const items = results.map((result, index) => ({
      batchId: id,
      index,
      participantId: result.participant.id,
      userId: result.participant.user_id ?? null,
      displayName: result.participant.display_name,
      certificateType: result.certificate_type,
      placement: result.placement ?? null,
      language: result.language,
      forceRegenerate: result.force_regenerate,
    }));
    await this.prisma.$transaction([
      this.prisma.batch.create({ data: { id, tournamentId, requestedBy } }),
      this.prisma.batchItem.createMany({ data: items }),
    ]);
    return id;
  }

  find(id: string): Promise<(Batch & { tournament: Tournament }) | null> {
    return this.prisma.batch.findUnique({ where: { id }, include: { tournament: true } });
  }

  pendingItems(batchId: string, take: number): Promise<BatchItem[]> {
    return this.prisma.batchItem.findMany({
      where: { batchId, state: 'pending' },
      orderBy: { index: 'asc' },
      take,
    });
  }

  failures(batchId: string): Promise<BatchItem[]> {
    return this.prisma.batchItem.findMany({ where: { batchId, state: 'failed' }, orderBy: { index: 'asc' } });
  }

  async counts(batchId: string): Promise<Record<ItemState, number>> {
    const groups = await this.prisma.batchItem.groupBy({ by: ['state'], where: { batchId }, _count: true });
    const counts: Record<ItemState, number> = { pending: 0, generated: 0, skipped: 0, failed: 0 };
    for (const group of groups) counts[group.state as ItemState] = group._count;
    return counts;
  }

  /** Ends an item that issues nothing new, unless another worker ended it first; forgets the name it carried. */
  async finishItem(
    item: BatchItemRef,
    outcome:
      | { state: 'skipped'; certificateId: string }
      | { state: 'failed'; errorCode: string; errorDetail: string },
  ): Promise<void> {
    await this.prisma.batchItem.updateMany({
      where: { batchId: item.batchId, index: item.index, state: 'pending' },
      data: { ...outcome, displayName: null },
    });
  }

  /** Records that someone is working on the batch, by the database's clock: the workers' clocks may differ. */
  async heartbeat(batchId: string): Promise<void> {
    await this.prisma.$executeRaw`UPDATE batches SET heartbeat_at = now() WHERE id = ${batchId}::uuid`;
  }

  async finish(batchId: string): Promise<void> {
    await this.prisma.batch.updateMany({
      where: { id: batchId, finishedAt: null },
      data: { finishedAt: new Date() },
    });
  }

  /** Unfinished batches nobody is working on; claims each by its heartbeat, so that one caller gets it. */
  async claimStale(): Promise<string[]> {
    const claimed = await this.prisma.$queryRaw<{ id: string }[]>`
      UPDATE batches SET heartbeat_at = now() WHERE id IN (
        SELECT id FROM batches
        WHERE finished_at IS NULL AND heartbeat_at < now() - ${STALE_AFTER_MS} * interval '1 millisecond'
        ORDER BY heartbeat_at LIMIT 100 FOR UPDATE SKIP LOCKED)
      RETURNING id`;
    return claimed.map(({ id }) => id);
  }
}
