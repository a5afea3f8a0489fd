import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../auth/public.decorator.js';
import { verificationPath } from '../certificates/certificate.js';
import { Config } from '../config/config.js';
import { pageLanguage, prefersHtml } from '../http/negotiation.js';
import { frontPage } from '../pages/front-page.js';

/** The bare address, which people open out of curiosity. */
@ApiExcludeController()
@Controller()
export class FrontController {
  constructor(private readonly config: Config) {}

  @Public()
  @Get()
  front(@Query('code') code: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    // Typed into the page's form, which can't put it into a path.
    const typed = typeof code === 'string' ? code.trim() : '';
    if (typed !== '') {
      void reply.redirect(verificationPath(encodeURIComponent(typed)), 303);
      return;
    }
    reply.header('vary', 'Accept, Accept-Language');
    if (!prefersHtml(request)) {
      void reply.send({ name: 'certstore', documentation: '/api/docs', openapi: '/api/openapi.json' });
      return;
    }
    const frame = { language: pageLanguage(request), issuer: this.config.design.issuerName };
    void reply.type('text/html; charset=utf-8').send(frontPage(frame));
  }
}
