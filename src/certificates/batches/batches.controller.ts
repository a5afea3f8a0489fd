import { Body, Controller, Get, Param, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentPrincipal } from '../../auth/current-principal.decorator.js';
import type { Principal } from '../../auth/principal.js';
import { ApiProblem } from '../../http/api-problem.js';
import {
  type BatchAcceptedDto,
  batchAcceptedDto,
  type BatchDto,
  batchDto,
  type DryRunDto,
  dryRunDto,
} from '../dto/batch-responses.js';
import { tournamentId, uuid } from '../dto/fields.js';
import { type BatchBody, batchBody } from '../dto/requests.js';
import { BatchService } from './batch.service.js';

@ApiTags('certificates')
@ApiBearerAuth()
@Controller('api/tournaments/:id/certificates')
export class BatchesController {
  constructor(private readonly batches: BatchService) {}

  @Post('generate-all')
  @ApiOperation({
    summary: 'Issue a whole result list in the background, or try it with dry_run (staff, organizer)',
  })
  @ApiResponse({ status: 200, description: 'Dry run: what would happen', standardSchema: dryRunDto })
  @ApiResponse({ status: 202, description: 'Accepted; poll status_url', standardSchema: batchAcceptedDto })
  @ApiProblem(403, 'forbidden')
  @ApiProblem(404, 'unknown_tournament')
  @ApiProblem(409, 'tournament_not_completed')
  async generateAll(
    @Param('id', { schema: tournamentId }) id: number,
    @Body({ schema: batchBody }) body: BatchBody,
    @CurrentPrincipal() who: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DryRunDto | BatchAcceptedDto> {
    reply.status(body.dry_run ? 200 : 202);
    return body.dry_run ? this.batches.dryRun(id, body, who) : this.batches.enqueue(id, body, who);
  }

  @Get('batches/:batchId')
  @ApiOperation({ summary: 'Progress of a batch (staff, organizer)' })
  @ApiResponse({ status: 200, standardSchema: batchDto })
  @ApiProblem(403, 'forbidden')
  @ApiProblem(404, 'unknown_tournament', 'unknown_batch')
  async status(
    @Param('id', { schema: tournamentId }) id: number,
    @Param('batchId', { schema: uuid }) batchId: string,
    @CurrentPrincipal() who: Principal,
  ): Promise<BatchDto> {
    return this.batches.status(id, batchId, who);
  }
}
