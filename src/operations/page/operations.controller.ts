import { Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import pg from 'pg';
import { z } from 'zod';
import { Public } from '../../auth/public.decorator.js';
import { LifecycleJobs } from '../../certificates/lifecycle/lifecycle.jobs.js';
import { Config } from '../../config/config.js';
import { Problem } from '../../http/problem.js';
import { isRetryable, RetryJobs } from '../../migration/jobs/retry.jobs.js';
import { endOf, tokenOf } from '../staff/staff-cookie.js';
import { CSS, SCRIPT } from './assets.js';
import { LiveFeed } from './live-feed.js';
import { operationsPage, runPage } from './pages.js';
import { failuresOf, findRun, type RunRecord } from './run-records.js';
import { OperationsState } from './state.js';

const FAILURES_A_PAGE = 100;

/** The operations page. Who may see it is decided before a handler is reached: `staff/demand-staff.ts`. */
@ApiExcludeController()
@Controller('operations')
export class OperationsController {
  constructor(
    private readonly pool: pg.Pool,
    private readonly state: OperationsState,
    private readonly feed: LiveFeed,
    private readonly retries: RetryJobs,
    private readonly lifecycle: LifecycleJobs,
    private readonly config: Config,
  ) {}

  @Get()
  async page(@Query('notice') notice: unknown, @Res() reply: FastifyReply): Promise<void> {
    const [store, runs] = await Promise.all([this.state.store(), this.state.runs()]);
    const view = { store, runs, notice: typeof notice === 'string' ? notice : undefined };
    this.send(reply, operationsPage(this.frame, view));
  }

  @Get('events')
  events(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const endsAt = endOf(tokenOf(request) as string);
    // x-accel-buffering: nginx hands each event on as it comes.
    reply.headers({ 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
    void reply.send(this.feed.view(endsAt));
  }

  @Get('runs/:id')
  async run(
    @Param('id', { schema: z.uuid() }) id: string,
    @Query('after') given: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const run = await this.find(id);
    // A NUL, which PostgreSQL takes in no text, stands in no key.
    const after = typeof given === 'string' ? given.replaceAll('\0', '') : '';
    const failures = await failuresOf(this.pool, id, after, FAILURES_A_PAGE + 1);
    const shown = failures.slice(0, FAILURES_A_PAGE);
    const next = failures.length > shown.length ? shown.at(-1)?.key : undefined;
    this.send(reply, runPage(this.frame, run, shown, next));
  }

  @Post('runs/:id/retry')
  async retry(@Param('id', { schema: z.uuid() }) id: string, @Res() reply: FastifyReply): Promise<void> {
    const { task, dryRun, state } = await this.find(id);
    if (dryRun || state === 'running' || !isRetryable(task)) {
      throw new Problem(
        409,
        'not_retryable',
        "This run can't be retried here",
        `Only failures of migrate and restore can be, once the run has ended; otherwise use npm run ${task}:certs.`,
      );
    }
    await this.retries.request(id, task);
    void reply.redirect('/operations/?notice=retry', 303);
  }

  @Post('owed-copies')
  async copyNow(@Res() reply: FastifyReply): Promise<void> {
    await this.lifecycle.payOwedCopies();
    void reply.redirect('/operations/?notice=copies', 303);
  }

  @Public()
  @Get('assets/operations.css')
  css(@Res() reply: FastifyReply): void {
    void reply.type('text/css; charset=utf-8').send(CSS);
  }

  @Public()
  @Get('assets/operations.js')
  script(@Res() reply: FastifyReply): void {
    void reply.type('text/javascript; charset=utf-8').send(SCRIPT);
  }

  private async find(id: string): Promise<RunRecord> {
    const run = await findRun(this.pool, id);
    if (!run) throw new Problem(404, 'run_not_found', 'No such run', 'There is no run with this id.');
    return run;
  }

  private send(reply: FastifyReply, page: string): void {
    void reply.type('text/html; charset=utf-8').send(page);
  }

  private get frame() {
    return { language: 'en' as const, issuer: this.config.design.issuerName };
  }
}
