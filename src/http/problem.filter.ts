import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../logging/logger.js';
import { errorPage } from '../pages/error-page.js';
import { problemOfFramework } from './framework-problems.js';
import { pageLanguage, prefersHtml } from './negotiation.js';
import { Problem } from './problem.js';

/** Knows errors of parts that `http` itself must not know, such as an outage of the database; else undefined. */
export type ProblemTranslator = (error: unknown) => Problem | undefined;

/**
 * The one place where an error becomes an answer: problem+json for programs, a page for browsers. What nobody meant a
 * client to see is a 500 without details; the log has them under the request's id.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly translate: ProblemTranslator,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem =
      error instanceof Problem
        ? error
        : (this.translate(error) ?? problemOfFramework(error, request) ?? internal(error));

    if (problem.status >= 500) {
      const level = problem.status === 500 ? 'error' : 'warn';
      this.logger[level](
        { request_id: request.id, code: problem.code, err: problem.options.cause ?? problem },
        'request failed',
      );
    }
    if (reply.sent || reply.raw.headersSent) {
      // The status line is out: cutting the connection is the only way left to say that the answer is not whole.
      reply.raw.destroy();
      return;
    }
    send(problem, request, reply);
  }
}

function send(problem: Problem, request: FastifyRequest, reply: FastifyReply): void {
  const { extensions, retryAfter, headers } = problem.options;
  // A handler that failed half-way may have described another body already.
  for (const name of ['content-length', 'content-disposition', 'content-encoding', 'etag', 'last-modified']) {
    reply.removeHeader(name);
  }
  reply
    .code(problem.status)
    .headers({ ...headers, 'cache-control': 'no-store', vary: 'Accept, Accept-Language' });
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
  if (prefersHtml(request)) {
    const page = errorPage({
      language: pageLanguage(request),
      status: problem.status,
      title: problem.title,
      detail: problem.detail,
      requestId: request.id,
    });
    void reply.type('text/html; charset=utf-8').send(page);
    return;
  }
  void reply.type('application/problem+json; charset=utf-8').send(
    JSON.stringify({
      type: `urn:certstore:problem:${problem.code}`,
      title: problem.title,
      status: problem.status,
      detail: problem.detail,
      code: problem.code,
      ...(problem.status >= 500 ? { request_id: request.id } : {}),
      ...extensions,
    }),
  );
}

function internal(cause: unknown): Problem {
  return new Problem(
    500,
    'internal',
    'Something went wrong here',
    'The request could not be answered because of a fault in the service. It is on record under request_id.',
    { cause },
  );
}
