import type { FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { BODY_LIMIT } from './limits.js';
import { Problem } from './problem.js';
import { sendProblem } from './send-problem.js';

/**
 * What Fastify and Nest throw before or instead of a handler, in our own words; else undefined. Nest passes
 * Fastify's errors on without their code, so the status has to tell them apart.
 */
export function problemOfFramework(error: unknown, request: FastifyRequest): Problem | undefined {
  const status = statusOf(error);
  if (!(error instanceof Error) || status === undefined || status < 400 || status > 499) return undefined;
  switch (status) {
    case 400:
      return /content-length/i.test(error.message) ? wrongLength() : malformedJson();
    case 404:
      return wrongMethod(request) ?? noSuchAddress(request);
    case 413:
      return tooLarge();
    case 415:
      return wrongType();
    default:
      return new Problem(status, `http_${status}`, 'The request could not be read', `${error.message}.`);
  }
}

/**
 * Answers a request whose address the router itself can't read. That comes before all hooks, so what they do for other
 * answers is done here.
 */
export function answerUnroutable(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff' });
  const malformed = 'code' in error && error.code === 'FST_ERR_BAD_URL';
  sendProblem(malformed ? malformedUrl() : noSuchAddress(request), request, reply);
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const { status, statusCode } = error as { status?: unknown; statusCode?: unknown };
  const found = statusCode ?? status;
  return typeof found === 'number' ? found : undefined;
}

function malformedJson(): Problem {
  return new Problem(
    400,
    'malformed_json',
    'The body is not JSON',
    'The body is empty, ends early or is not JSON; check it with a JSON parser.',
  );
}

function wrongLength(): Problem {
  return new Problem(
    400,
    'content_length_mismatch',
    'The body is not as long as announced',
    'Send exactly as many bytes as Content-Length says.',
  );
}

function tooLarge(): Problem {
  return new Problem(
    413,
    'body_too_large',
    'The body is too large',
    `A request body may be at most ${BODY_LIMIT / 1024 / 1024} MiB; split the list into several requests.`,
  );
}

function wrongType(): Problem {
  return new Problem(
    415,
    'unsupported_media_type',
    'Unsupported content type',
    'Send the body as JSON, with the header "Content-Type: application/json".',
  );
}

function malformedUrl(): Problem {
  return new Problem(
    400,
    'malformed_url',
    "The address can't be read",
    'The path has a percent sign that is not part of a UTF-8 escape such as %C3%A9.',
  );
}

const METHODS: HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Undefined if the address answers no method at all. */
function wrongMethod(request: FastifyRequest): Problem | undefined {
  const { server, url, is404 } = request;
  if (!is404) return undefined;
  const methods = METHODS.filter((method) => server.findRoute({ method, url }) !== null);
  // If this method does have a route, the id in the path is empty.
  if (methods.length === 0 || methods.includes(request.method)) return undefined;
  const allow = methods.join(', ');
  return new Problem(
    405,
    'method_not_allowed',
    'Method not allowed',
    `This path takes ${allow}, not ${request.method}.`,
    { headers: { allow } },
  );
}

function noSuchAddress(request: FastifyRequest): Problem {
  return new Problem(
    404,
    'no_such_address',
    'Not found',
    `There is no ${request.method} at this path; /api/docs lists all calls.`,
  );
}
