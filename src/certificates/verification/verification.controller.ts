import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../auth/public.decorator.js';
import { Config } from '../../config/config.js';
import { ApiProblem } from '../../http/api-problem.js';
import { pageLanguage, prefersHtml } from '../../http/negotiation.js';
import { Problem } from '../../http/problem.js';
import { RateLimit } from '../../http/rate-limit.js';
import { SiteUrl } from '../../http/site-url.js';
import { verificationPage } from '../../pages/verification-page.js';
import { FILE_CONTENT } from '../dto/download-content.js';
import { VERIFICATION_CONTENT } from '../dto/verification-response.js';
import { VerificationService } from './verification.service.js';
import { verificationView } from './verification-view.js';

@ApiTags('verification')
@Controller('api/tournaments/certificates/verify')
export class VerificationController {
  constructor(
    private readonly verification: VerificationService,
    private readonly site: SiteUrl,
    private readonly config: Config,
  ) {}

  @Get(':code')
  @Public()
  @RateLimit('verifyPerMinute')
  @ApiOperation({ summary: 'Verify a certificate by its code (anyone); HTML where the client prefers it' })
  @ApiResponse({ status: 200, description: 'Also when it is not valid', content: VERIFICATION_CONTENT })
  @ApiProblem(404, 'unknown_code')
  async verify(
    @Param('code') code: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    reply.headers({ 'cache-control': 'no-store', vary: 'Accept, Accept-Language' });
    if (!prefersHtml(request)) return void reply.send((await this.verification.verify(code)).answer);
    const frame = {
      language: pageLanguage(request),
      issuer: this.config.design.issuerName,
      siteUrl: this.site.url,
    };
    const verified = await this.verification.verify(code).catch(unlessUnknown);
    if (!verified) reply.status(404);
    const view = verified ? verificationView(verified, frame) : { ...frame, code, state: 'unknown' as const };
    void reply.type('text/html; charset=utf-8').send(verificationPage(view));
  }

  @Get(':code/image.png')
  @Public()
  @RateLimit('verifyPerMinute')
  @ApiOperation({ summary: 'The image of a valid certificate (anyone who has its code)' })
  @ApiResponse({
    status: 200,
    description: 'PNG, 1920×1080',
    content: { 'image/png': FILE_CONTENT['image/png'] },
  })
  @ApiProblem(404, 'unknown_code')
  @ApiProblem(410, 'certificate_revoked', 'certificate_deleted', 'certificate_tampered')
  async image(@Param('code') code: string, @Res() reply: FastifyReply): Promise<void> {
    const clientGone = new AbortController();
    reply.raw.once('close', () => clientGone.abort());
    const { read } = await this.verification.image(code, clientGone.signal);
    void reply
      .headers({
        'content-type': 'image/png',
        'content-length': read.info.size,
        // A revocation must show soon.
        'cache-control': 'private, max-age=60',
      })
      .send(read.body);
  }
}

/** For a person, an unknown code is no failure: it has its own page. */
function unlessUnknown(error: unknown): null {
  if (error instanceof Problem && error.status === 404) return null;
  throw error;
}
