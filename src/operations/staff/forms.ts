import type { FastifyInstance } from 'fastify';

/** A token and little else. */
const FORM_LIMIT = 16 * 1024;

/** Reads HTML forms, of the operations pages only: the API takes JSON, and says so with a 415. */
export function takeForms(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_LIMIT },
    (request, body, done) => {
      if (request.url.startsWith('/operations/')) {
        return done(null, Object.fromEntries(new URLSearchParams(body as string)));
      }
      done(Object.assign(new Error('Unsupported Media Type'), { statusCode: 415 }));
    },
  );
}
