import { ApiResponse } from '@nestjs/swagger';

/** A page, for clients that prefer one. */
export const PAGE_CONTENT = { 'text/html': { schema: { type: 'string' } } };

/** How problems look in the API's documentation. */
export const PROBLEM_CONTENT = {
  'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
  ...PAGE_CONTENT,
};

/** Documents the problems a handler answers with under one status: `@ApiProblem(409, 'tournament_not_completed')`. */
export function ApiProblem(status: number, ...codes: string[]): MethodDecorator {
  return ApiResponse({
    status,
    description: codes.map((code) => `\`${code}\``).join(', '),
    content: PROBLEM_CONTENT,
  });
}

/** JSON Schema of {@link Problem} as it is sent. */
export const PROBLEM_SCHEMA = {
  type: 'object',
  description: 'RFC 9457. `code` is for programs and never changes; `detail` says what to change.',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string', example: 'urn:certstore:problem:validation_failed' },
    title: { type: 'string', example: 'The request is not valid' },
    status: { type: 'integer', example: 422 },
    detail: { type: 'string', example: 'placement: must be a whole number.' },
    code: { type: 'string', example: 'validation_failed' },
    request_id: { type: 'string', description: 'With 5xx: under what the log has the cause' },
    errors: {
      type: 'array',
      description: 'With `validation_failed`: what is wrong, at most 50',
      items: {
        type: 'object',
        required: ['field', 'message'],
        properties: { field: { type: 'string' }, message: { type: 'string' } },
      },
    },
    errors_in_all: {
      type: 'integer',
      description: 'With `validation_failed`: how many, where they are more',
    },
    field: { type: 'string', description: 'With `unprintable_text`: where the characters are' },
    characters: {
      type: 'array',
      description: 'With `unprintable_text`: which no included font has',
      items: { type: 'string' },
    },
    revoked_reason: { type: 'string', nullable: true, description: 'With `certificate_revoked`' },
    revoked_at: { type: 'string', format: 'date-time', description: 'With `certificate_revoked`' },
  },
} as const;
