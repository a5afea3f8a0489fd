import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentPrincipal } from '../auth/current-principal.decorator.js';
import type { Principal } from '../auth/principal.js';
import { ApiProblem } from '../http/api-problem.js';
import { SiteUrl } from '../http/site-url.js';
import { CertificatesService } from './certificates.service.js';
import { tournamentId, uuid } from './dto/fields.js';
import {
  type IssueBody,
  issueBody,
  type ListQuery,
  listQuery,
  PAGE_SIZES,
  revokeBody,
} from './dto/requests.js';
import {
  type CertificateDto,
  certificateDto,
  type CertificatePageDto,
  certificatePageDto,
  toCertificateDto,
} from './dto/responses.js';

@ApiTags('certificates')
@ApiBearerAuth()
@Controller('api/tournaments')
export class CertificatesController {
  constructor(
    private readonly certificates: CertificatesService,
    private readonly site: SiteUrl,
  ) {}

  @Post(':id/certificates')
  @ApiOperation({ summary: 'Issue one certificate (staff, organizer)' })
  @ApiResponse({ status: 201, description: 'Issued', standardSchema: certificateDto })
  @ApiResponse({ status: 200, description: 'The active one that exists', standardSchema: certificateDto })
  @ApiProblem(403, 'forbidden')
  @ApiProblem(404, 'unknown_tournament')
  @ApiProblem(409, 'tournament_not_completed', 'concurrent_issue')
  @ApiProblem(422, 'validation_failed', 'invalid_id', 'unprintable_text')
  async issue(
    @Param('id', { schema: tournamentId }) id: number,
    @Body({ schema: issueBody }) body: IssueBody,
    @CurrentPrincipal() who: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CertificateDto> {
    const { certificate, created } = await this.certificates.issue(id, body, who);
    reply.status(created ? 201 : 200);
    return toCertificateDto(certificate, this.site.url);
  }

  @Get(':id/certificates')
  @ApiOperation({
    summary: "A tournament's certificates in order of issue, by cursor pages (staff, organizer)",
  })
  @ApiQuery({ name: 'page_size', required: false, schema: PAGE_SIZES })
  @ApiResponse({ status: 200, standardSchema: certificatePageDto })
  @ApiProblem(403, 'forbidden')
  @ApiProblem(404, 'unknown_tournament')
  @ApiProblem(422, 'validation_failed', 'invalid_id', 'invalid_cursor')
  async list(
    @Param('id', { schema: tournamentId }) id: number,
    @Query({ schema: listQuery }) query: ListQuery,
    @CurrentPrincipal() who: Principal,
  ): Promise<CertificatePageDto> {
    const { certificates, next } = await this.certificates.list(id, query, who);
    return { results: certificates.map((row) => toCertificateDto(row, this.site.url)), next };
  }

  @Get('certificates/:id')
  @ApiOperation({ summary: 'A certificate, its files and where they are (owner, organizer, staff)' })
  @ApiResponse({ status: 200, standardSchema: certificateDto })
  @ApiProblem(403, 'forbidden')
  @ApiProblem(404, 'unknown_certificate')
  @ApiProblem(410, 'certificate_deleted')
  async get(
    @Param('id', { schema: uuid }) id: string,
    @CurrentPrincipal() who: Principal,
  ): Promise<CertificateDto> {
    return toCertificateDto(await this.certificates.get(id, who), this.site.url);
  }

  @Post('certificates/:id/revoke')
  @HttpCode(200)
  @ApiOperation({ summary: 'Revoke a certificate (staff, organizer)' })
  @ApiResponse({ status: 200, standardSchema: certificateDto })
  @ApiProblem(403, 'forbidden')
  @ApiProblem(404, 'unknown_certificate')
  @ApiProblem(410, 'certificate_deleted')
  async revoke(
    @Param('id', { schema: uuid }) id: string,
    @Body({ schema: revokeBody }) { reason }: { reason: string },
    @CurrentPrincipal() who: Principal,
  ): Promise<CertificateDto> {
    return toCertificateDto(await this.certificates.revoke(id, reason, who), this.site.url);
  }

  @Delete('certificates/:id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a certificate; it is erased everywhere 30 days later (staff)' })
  @ApiResponse({ status: 204, description: 'Deleted' })
  @ApiProblem(403, 'forbidden')
  @ApiProblem(404, 'unknown_certificate')
  async delete(@Param('id', { schema: uuid }) id: string, @CurrentPrincipal() who: Principal): Promise<void> {
    await this.certificates.delete(id, who);
  }
}
