import helmet from '@fastify/helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '../config/config.js';
import { STYLE_HASH } from '../pages/style.js';

/** Of the API's documentation, whose scripts come from this service; Swagger UI sets styles from script. */
const DOCS_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Our pages run no script and load nothing from elsewhere, so that is all the browser is allowed. */
export async function registerSecurityHeaders(app: NestFastifyApplication, config: Config): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: [STYLE_HASH],
        imgSrc: ["'self'", 'data:'],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    hsts: config.http.siteUrl?.startsWith('https:') ? { maxAge: 31_536_000 } : false,
  });
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      if (/^\/api\/docs(?:$|[/?])/.test(request.url)) reply.header('content-security-policy', DOCS_POLICY);
      // Names are in these; a handler whose answer may be stored says so itself.
      else if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
      done();
    });
}
