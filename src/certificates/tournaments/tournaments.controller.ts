import { Body, Controller, Param, Put, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { CurrentPrincipal } from '../../auth/current-principal.decorator.js';
import type { Principal } from '../../auth/principal.js';
import { ApiProblem } from '../../http/api-problem.js';
import { tournamentId } from '../dto/fields.js';
import { type TournamentBody, tournamentBody } from '../dto/requests.js';
import { TournamentsService } from './tournaments.service.js';

const tournamentDto = z.object({
  id: z.int(),
  name: z.string(),
  organizer_id: z.string(),
  status: z.string(),
  completed_at: z.string().meta({ format: 'date-time' }).nullable(),
});

@ApiTags('tournaments')
@ApiBearerAuth()
@Controller('api/tournaments')
export class TournamentsController {
  constructor(private readonly tournaments: TournamentsService) {}

  @Put(':id')
  @ApiOperation({ summary: 'Create or replace a tournament (staff)' })
  @ApiResponse({ status: 200, description: 'Replaced', standardSchema: tournamentDto })
  @ApiResponse({ status: 201, description: 'Created', standardSchema: tournamentDto })
  @ApiProblem(403, 'forbidden')
  async put(
    @Param('id', { schema: tournamentId }) id: number,
    @Body({ schema: tournamentBody }) body: TournamentBody,
    @CurrentPrincipal() who: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.output<typeof tournamentDto>> {
    const { tournament, created } = await this.tournaments.put(id, body, who);
    reply.status(created ? 201 : 200);
    return {
      id: tournament.id,
      name: tournament.name,
      organizer_id: tournament.organizerId,
      status: tournament.status,
      completed_at: tournament.completedAt?.toISOString() ?? null,
    };
  }
}
