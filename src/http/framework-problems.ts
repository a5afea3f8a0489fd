import { HttpException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { BODY_LIMIT } from './limits.js';
import { Problem } from './problem.js';

/** What Fastify and Nest throw before or instead of a handler, in our own words. Undefined for anything else. */
export function problemOfFramework(error: unknown, request: FastifyRequest): Problem | undefined {
  const code = codeOf(error);
  if (code && code in BY_CODE) return BY_CODE[code]?.(request);
  const status = error instanceof HttpException ? error.getStatus() : statusOf(error);
  if (status === 404) return noSuchAddress(request);
  if (status === 400 && error instanceof Error && error.name === 'SyntaxError') return malformedJson();
  if (status === undefined || status < 400 || status > 499) return undefined;
  return new Problem(
    status,
    `http_${status}`,
    'The request could not be read',
    error instanceof Error ? `${error.message}.` : 'The request is not one this service understands.',
  );
}

const BY_CODE: Record<string, (request: FastifyRequest) => Problem> = {
  FST_ERR_CTP_INVALID_JSON_BODY: malformedJson,
  FST_ERR_CTP_EMPTY_JSON_BODY: malformedJson,
  FST_ERR_CTP_BODY_TOO_LARGE: () =>
    new Problem(
      413,
      'body_too_large',
      'The body is too large',
      `A request body may have ${BODY_LIMIT / 1024 / 1024} MiB at most; split the list into several requests.`,
    ),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new Problem(
      415,
      'unsupported_media_type',
      'The body is of a type this service does not read',
      'Send the body as JSON, with the header "Content-Type: application/json".',
    ),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new Problem(
      400,
      'content_length_mismatch',
      'The body is not as long as announced',
      'Send as many bytes as Content-Length says.',
    ),
  FST_ERR_BAD_URL: () =>
    new Problem(
      400,
      'malformed_url',
      'The address can not be read',
      'The path holds a percent sign that is not followed by two hexadecimal digits of UTF-8.',
    ),
  FST_ERR_MAX_PARAM_LENGTH: noSuchAddress,
};

function malformedJson(): Problem {
  return new Problem(
    400,
    'malformed_json',
    'The body is not JSON',
    'The body ends early or is not JSON; check it with a JSON parser.',
  );
}

function noSuchAddress(request: FastifyRequest): Problem {
  return new Problem(
    404,
    'no_such_address',
    'There is nothing here',
    `No call answers ${request.method} at this path; /api/docs lists those that exist.`,
  );
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;
}
