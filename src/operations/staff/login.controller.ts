import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../auth/public.decorator.js';
import { Config } from '../../config/config.js';
import { Problem } from '../../http/problem.js';
import { forbiddenPage, loginPage, welcomePage } from './login-pages.js';
import { cookieFor, LONGEST_TOKEN, noCookie } from './staff-cookie.js';
import { StaffGate } from './staff-gate.js';

const LINK_REFUSED =
  'The token in the link was refused: it has expired, is not valid here, or does not have the role "staff".';

/** Turns a token into the cookie of the operations pages. A token in an address is gone from it with the answer. */
@ApiExcludeController()
@Controller('operations')
export class LoginController {
  constructor(
    private readonly gate: StaffGate,
    private readonly config: Config,
  ) {}

  @Public()
  @Get('login')
  async form(
    @Query('token') token: unknown,
    @Query('refused') refused: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (typeof token !== 'string' || token === '') {
      return this.show(reply, 200, loginPage(this.frame, refused === undefined ? undefined : LINK_REFUSED));
    }
    reply.header('referrer-policy', 'no-referrer');
    await this.signIn(token, '/operations/welcome/', request, reply);
  }

  @Public()
  @Post('login')
  async login(
    @Body() body: { token?: unknown } | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const token = typeof body?.token === 'string' ? body.token.trim() : '';
    await this.signIn(token, '/operations/', request, reply);
  }

  @Public()
  @Get('welcome')
  welcome(@Res() reply: FastifyReply): void {
    this.show(reply, 200, welcomePage(this.frame));
  }

  @Public()
  @Post('logout')
  logout(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    reply.header('set-cookie', noCookie(this.secure(request)));
    void reply.redirect('/operations/login/', 303);
  }

  private async signIn(token: string, then: string, request: FastifyRequest, reply: FastifyReply) {
    const frame = this.frame;
    if (token.length > LONGEST_TOKEN) {
      const problem = `The token has ${token.length} characters; a cookie has room for ${LONGEST_TOKEN}.`;
      return this.refuse(request, reply, 422, loginPage(frame, problem));
    }
    try {
      const { staff } = await this.gate.verify(request, token);
      if (!staff) return this.refuse(request, reply, 403, forbiddenPage(frame));
    } catch (error) {
      if (!(error instanceof Problem && error.status === 401)) throw error;
      return this.refuse(request, reply, 401, loginPage(frame, `${error.title}. ${error.detail}`));
    }
    reply.header('set-cookie', cookieFor(token, this.secure(request)));
    void reply.redirect(then, 303);
  }

  /** What was in the address must not stay in it: after a followed link the form says that it was refused. */
  private refuse(request: FastifyRequest, reply: FastifyReply, status: number, page: string): void {
    if (request.method === 'GET') void reply.redirect('/operations/login/?refused', 303);
    else this.show(reply, status, page);
  }

  private show(reply: FastifyReply, status: number, page: string): void {
    void reply.code(status).type('text/html; charset=utf-8').send(page);
  }

  private secure(request: FastifyRequest): boolean {
    return request.protocol === 'https' || this.config.http.siteUrl?.startsWith('https:') === true;
  }

  private get frame() {
    return { language: 'en' as const, issuer: this.config.design.issuerName };
  }
}
