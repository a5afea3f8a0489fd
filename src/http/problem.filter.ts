import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../logging/logger.js';
import { problemOfFramework } from './framework-problems.js';
import { Problem } from './problem.js';
import { sendProblem } from './send-problem.js';

/** Knows errors of parts that `http` itself must not know, such as an outage of the database; else undefined. */
export type ProblemTranslator = (error: unknown) => Problem | undefined;

/**
 * The one place where an error becomes an answer: problem+json for programs, a page for browsers. Anything not meant
 * for clients is a 500 without details; the log has them under the request's id.
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
      // The status line is out: only cutting the connection can still say that the answer is incomplete.
      reply.raw.destroy();
      return;
    }
    sendProblem(problem, request, reply);
  }
}

function internal(cause: unknown): Problem {
  return new Problem(
    500,
    'internal',
    'Internal error',
    'The request failed because of an error in the service. Report the request_id to its operator.',
    { cause },
  );
}
