import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { PUBLIC_EXTENSION } from '../auth/public.decorator.js';
import { PROBLEM_CONTENT, PROBLEM_SCHEMA } from '../http/api-problem.js';

type OperationObject = NonNullable<OpenAPIObject['paths'][string]['get']>;

const DESCRIPTION = `Issues, stores, serves and verifies certificates of tournaments.

Calls take \`Authorization: Bearer <JWT>\` with \`sub\` (user id) and \`roles\` (may hold \`staff\`). Paths end in a slash;
the spelling without one answers too. Errors are \`application/problem+json\` with a \`code\` for programs, and a page for clients
that prefer HTML.`;

/** Serves `/api/docs` (Swagger UI from this service's own files) and `/api/openapi.json`. To be called before listening. */
export function serveApiDocs(app: NestFastifyApplication): void {
  SwaggerModule.setup('api/docs', app, () => describeApi(app), {
    jsonDocumentUrl: 'api/openapi.json',
    raw: ['json'],
    customSiteTitle: 'Certstore API',
    // Swagger UI would send the document to a public validator.
    swaggerOptions: { validatorUrl: 'none', persistAuthorization: false },
  });
}

/** The OpenAPI document: what the decorators say, and what holds for every call. */
function describeApi(app: NestFastifyApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Certstore')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .addSecurityRequirements('bearer')
    .build();
  const document = SwaggerModule.createDocument(app, config);
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: structuredClone(PROBLEM_SCHEMA) as object },
  };
  document.paths = Object.fromEntries(
    Object.entries(document.paths).map(([path, item]) => [withSlash(path), item]),
  );
  for (const [path, item] of Object.entries(document.paths)) {
    for (const operation of [item.get, item.put, item.post, item.patch, item.delete]) {
      if (operation) describeProblems(operation, path.startsWith('/api/'));
    }
  }
  return document;
}

/** As the interface spells them: Nest takes the slash away. */
function withSlash(path: string): string {
  return path.startsWith('/api/') && !/\.\w+$/.test(path) && !path.endsWith('/') ? `${path}/` : path;
}

/** Adds the answers that come from outside the handlers, where a handler does not describe its own. */
function describeProblems(operation: OperationObject, api: boolean): void {
  const extended = operation as OperationObject & Record<string, unknown>;
  const open = extended[PUBLIC_EXTENSION] === true;
  delete extended[PUBLIC_EXTENSION];
  if (open) operation.security = [];
  if (!api) return;
  const answers: Record<string, string> = {
    ...(open ? {} : { 401: '`token_missing`, `token_expired`, `token_invalid`' }),
    ...(operation.requestBody
      ? {
          400: '`malformed_json`, `content_length_mismatch`',
          413: '`body_too_large`',
          415: '`unsupported_media_type`',
        }
      : {}),
    ...(operation.requestBody || (!open && operation.parameters?.length)
      ? { 422: '`validation_failed`, `invalid_id`' }
      : {}),
    429: '`too_many_requests`',
    500: '`internal`',
    503: '`database_unavailable`, `storage_unavailable`, `queue_unavailable`, `auth_unavailable`',
  };
  for (const [status, description] of Object.entries(answers)) {
    operation.responses[status] ??= { description, content: PROBLEM_CONTENT };
  }
}
