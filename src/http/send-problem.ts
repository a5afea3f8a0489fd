import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorPage } from '../pages/error-page.js';
import { pageLanguage, prefersHtml } from './negotiation.js';
import type { Problem } from './problem.js';

/** Headers that a handler may have set for another body before it failed. */
const OF_ANOTHER_BODY = [
  'content-length',
  'content-disposition',
  'content-encoding',
  'etag',
  'last-modified',
];

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

export function problemJson(problem: Problem, requestId?: string): string {
  return JSON.stringify({
    type: `urn:certstore:problem:${problem.code}`,
    title: problem.title,
    status: problem.status,
    detail: problem.detail,
    code: problem.code,
    ...(problem.status >= 500 ? { request_id: requestId } : {}),
    ...problem.options.extensions,
  });
}

/** Answers with the problem: RFC 9457 problem+json for programs, a page for browsers. */
export function sendProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply): void {
  const { retryAfter, headers } = problem.options;
  for (const name of OF_ANOTHER_BODY) reply.removeHeader(name);
  reply
    .code(problem.status)
    .headers({ ...headers, 'cache-control': 'no-store', vary: 'Accept, Accept-Language' });
  // Fastify hangs up on an unread body: a client still sending would see that instead of an answer.
  if (problem.status === 413) reply.removeHeader('connection');
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
  if (prefersHtml(request)) {
    const page = errorPage({
      language: pageLanguage(request),
      issuer: request.server.config.design.issuerName,
      status: problem.status,
      title: problem.title,
      detail: problem.detail,
      requestId: request.id,
    });
    void reply.type('text/html; charset=utf-8').send(page);
    return;
  }
  void reply.type(PROBLEM_TYPE).send(problemJson(problem, request.id));
}
