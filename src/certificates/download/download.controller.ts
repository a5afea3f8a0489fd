import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentPrincipal } from '../../auth/current-principal.decorator.js';
import type { Principal } from '../../auth/principal.js';
import { ApiProblem } from '../../http/api-problem.js';
import { Problem } from '../../http/problem.js';
import { SiteUrl } from '../../http/site-url.js';
import type { PresignedUrl } from '../../storage/storage.js';
import { downloadName, downloadPath } from '../certificate.js';
import { ADDRESS_CONTENT, FILE_CONTENT } from '../dto/download-content.js';
import { uuid } from '../dto/fields.js';
import { type DownloadQuery, downloadQuery } from '../dto/requests.js';
import type { DownloadableFile } from './download.repository.js';
import { DownloadService } from './download.service.js';
import { FileReply } from './file-reply.js';

@ApiTags('certificates')
@ApiBearerAuth()
@Controller('api/tournaments/certificates')
export class DownloadController {
  constructor(
    private readonly downloads: DownloadService,
    private readonly files: FileReply,
    private readonly site: SiteUrl,
  ) {}

  @Get(':id/download')
  @ApiOperation({ summary: 'Download a certificate (owner, organizer, staff)' })
  @ApiResponse({
    status: 200,
    description: 'The file; with delivery=json its address',
    content: { ...FILE_CONTENT, ...ADDRESS_CONTENT },
  })
  @ApiResponse({ status: 206, description: 'The bytes requested by Range', content: FILE_CONTENT })
  @ApiResponse({ status: 302, description: 'To a presigned URL' })
  @ApiResponse({ status: 304, description: 'Unchanged since If-None-Match or If-Modified-Since' })
  @ApiProblem(202, 'restore_in_progress')
  @ApiProblem(403, 'forbidden')
  @ApiProblem(404, 'unknown_certificate')
  @ApiProblem(410, 'certificate_revoked', 'certificate_deleted')
  @ApiProblem(412, 'precondition_failed')
  @ApiProblem(416, 'range_not_satisfiable')
  async download(
    @Param('id', { schema: uuid }) id: string,
    @Query({ schema: downloadQuery }) query: DownloadQuery,
    @CurrentPrincipal() who: Principal,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    try {
      const found = await this.downloads.find(id, query.format, who);
      const filename = downloadName(found, query.format);
      const isHead = request.method === 'HEAD';
      // A redirected HEAD arrives as HEAD; a URL in JSON is fetched by GET, however it was requested.
      const method = isHead && query.delivery !== 'json' ? 'HEAD' : 'GET';
      const presigned = await this.downloads.presign(found, filename, query, method);
      if (presigned && !isHead) this.downloads.record(found, query.delivery === 'json' ? 200 : 302, 's3');
      if (query.delivery === 'json') this.sendAddress(found, query, presigned, reply);
      else if (presigned) redirect(presigned, reply);
      else await this.files.send(found, { filename, disposition: query.disposition }, request, reply);
    } catch (error) {
      if (error instanceof Problem) this.downloads.recordRefusal(error.status);
      throw error;
    }
  }

  /** For scripts that can't follow a redirect to another origin. A local file is fetched here, with the same token. */
  private sendAddress(
    found: DownloadableFile,
    query: DownloadQuery,
    presigned: PresignedUrl | null,
    reply: FastifyReply,
  ): void {
    const { format, disposition } = query;
    const parameters = new URLSearchParams({ format, disposition, delivery: 'proxy' });
    const here = `${this.site.url}${downloadPath(found.id)}?${parameters.toString()}`;
    const { url, expiresAt, secondsLeft } = presigned ?? {
      url: here,
      expiresAt: new Date(Date.now() + LOCAL_ADDRESS_SECONDS * 1000),
      secondsLeft: LOCAL_ADDRESS_SECONDS,
    };
    const address = { url, expires_in: secondsLeft, expires_at: expiresAt.toISOString() };
    void reply.header('cache-control', 'no-store').send(address);
  }
}

/** The redirect must not be cached: it would outlive its signature. */
function redirect({ url }: PresignedUrl, reply: FastifyReply): void {
  void reply.header('cache-control', 'no-store').redirect(url, 302);
}

/** An address within the service does not expire; promise the lifetime of a presigned one. */
const LOCAL_ADDRESS_SECONDS = 600;
