import { Injectable } from '@nestjs/common';
import { mayManage, type Principal } from '../../auth/principal.js';
import { PrismaService } from '../../database/prisma.service.js';
import { refusals } from '../certificate.errors.js';
import type { Tournament } from '../certificate.js';
import type { TournamentBody } from '../dto/requests.js';

@Injectable()
export class TournamentsService {
  constructor(private readonly prisma: PrismaService) {}

  /** Creates or replaces a tournament. `created` says which. @throws Problem 403 unless staff */
  async put(
    id: number,
    body: TournamentBody,
    who: Principal,
  ): Promise<{ tournament: Tournament; created: boolean }> {
    if (!who.staff) throw refusals.staffOnly();
    const data = {
      name: body.name,
      organizerId: body.organizer_id,
      status: body.status,
      completedAt: body.completed_at ?? null,
    };
    const { count } = await this.prisma.tournament.createMany({
      data: { id, ...data },
      skipDuplicates: true,
    });
    const tournament = await this.prisma.tournament.update({ where: { id }, data });
    return { tournament, created: count === 1 };
  }

  /** @throws Problem 404 unknown, 403 neither staff nor its organizer */
  async forManager(id: number, who: Principal): Promise<Tournament> {
    const tournament = await this.prisma.tournament.findUnique({ where: { id } });
    if (!tournament) throw refusals.unknownTournament(id);
    if (!mayManage(who, tournament)) throw refusals.notYours();
    return tournament;
  }

  /** @throws Problem 404, 403, or 409 while the tournament is not completed */
  async forIssuing(id: number, who: Principal): Promise<Tournament> {
    const tournament = await this.forManager(id, who);
    if (tournament.status !== 'completed') throw refusals.tournamentNotCompleted(id, tournament.status);
    return tournament;
  }
}
