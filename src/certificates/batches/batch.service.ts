import { Injectable } from '@nestjs/common';
import { mayManage, type Principal } from '../../auth/principal.js';
import { PrismaService } from '../../database/prisma.service.js';
import { SiteUrl } from '../../http/site-url.js';
import { JobQueue } from '../../queue/job-queue.js';
import { refusals } from '../certificate.errors.js';
import type { BatchAcceptedDto, BatchDto, DryRunDto } from '../dto/batch-responses.js';
import type { BatchBody, IssueBody } from '../dto/requests.js';
import { Renderer } from '../rendering/renderer.js';
import { TournamentsService } from '../tournaments/tournaments.service.js';
import { ISSUE_BATCH } from './batch.jobs.js';
import { BatchRepository } from './batch.repository.js';
import { RESULTS_AT_ONCE } from './results-at-once.js';

@Injectable()
export class BatchService {
  constructor(
    private readonly tournaments: TournamentsService,
    private readonly batches: BatchRepository,
    private readonly renderer: Renderer,
    private readonly queue: JobQueue,
    private readonly prisma: PrismaService,
    private readonly site: SiteUrl,
  ) {}

  /** What the same results would do now, without doing it. */
  async dryRun(tournamentId: number, { results }: BatchBody, who: Principal): Promise<DryRunDto> {
    const tournament = await this.tournaments.forIssuing(tournamentId, who);
    const active = await this.activeAwards(tournamentId, results);
    const outcome: DryRunDto = { generated: 0, skipped: 0, errors: [] };
    const fateOf = async ({ participant, certificate_type, force_regenerate }: IssueBody) => {
      const exists = active.has(award(participant.id, certificate_type));
      if (exists && !force_regenerate) return 'skipped';
      return this.renderer.unprintable({
        displayName: participant.display_name,
        tournamentName: tournament.name,
      });
    };
    const fates: Awaited<ReturnType<typeof fateOf>>[] = [];
    for (let done = 0; done < results.length; done += RESULTS_AT_ONCE)
      fates.push(...(await Promise.all(results.slice(done, done + RESULTS_AT_ONCE).map(fateOf))));
    for (const [index, fate] of fates.entries()) {
      if (fate === 'skipped') outcome.skipped++;
      else if (fate === null) outcome.generated++;
      else {
        const { code, detail } = refusals.unprintable(fate);
        outcome.errors.push({ index, participant_id: results[index]?.participant.id ?? '', code, detail });
      }
    }
    return outcome;
  }

  /** Accepts the batch: durable when this resolves, even if the queue is lost right after (see RESUME_BATCHES). */
  async enqueue(tournamentId: number, { results }: BatchBody, who: Principal): Promise<BatchAcceptedDto> {
    await this.tournaments.forIssuing(tournamentId, who);
    const batchId = await this.batches.create(tournamentId, who.userId, results);
    await this.queue.enqueue(ISSUE_BATCH, { batchId }, { id: batchId });
    return {
      batch_id: batchId,
      status_url: `${this.site.url}/api/tournaments/${tournamentId}/certificates/batches/${batchId}/`,
    };
  }

  async status(tournamentId: number, batchId: string, who: Principal): Promise<BatchDto> {
    const batch = await this.batches.find(batchId);
    if (!batch || batch.tournamentId !== tournamentId) throw refusals.unknownBatch();
    if (!mayManage(who, batch.tournament)) throw refusals.notYours();
    const [counts, failures] = await Promise.all([
      this.batches.counts(batchId),
      this.batches.failures(batchId),
    ]);
    const done = counts.generated + counts.skipped + counts.failed;
    return {
      batch_id: batchId,
      status: batch.finishedAt ? 'finished' : done > 0 ? 'running' : 'pending',
      total: done + counts.pending,
      generated: counts.generated,
      skipped: counts.skipped,
      failed: counts.failed,
      errors: failures.map((item) => ({
        index: item.index,
        participant_id: item.participantId,
        code: item.errorCode ?? 'internal',
        detail: item.errorDetail ?? '',
      })),
      created_at: batch.createdAt.toISOString(),
      finished_at: batch.finishedAt?.toISOString() ?? null,
    };
  }

  private async activeAwards(tournamentId: number, results: IssueBody[]): Promise<Set<string>> {
    const rows = await this.prisma.certificate.findMany({
      where: {
        tournamentId,
        revokedAt: null,
        deletedAt: null,
        participantId: { in: results.map((result) => result.participant.id) },
      },
      select: { participantId: true, certificateType: true },
    });
    return new Set(rows.map((row) => award(row.participantId ?? '', row.certificateType)));
  }
}

function award(participantId: string, certificateType: string): string {
  return `${certificateType} ${participantId}`;
}
