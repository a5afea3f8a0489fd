import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../auth/principal.js';
import type { Config } from '../../config/config.js';
import { prefersHtml } from '../../http/negotiation.js';
import { Problem } from '../../http/problem.js';
import { sendProblem } from '../../http/send-problem.js';
import { STYLE_HASH } from '../../pages/style.js';
import { forbiddenPage, loginPage } from './login-pages.js';
import { sentByOurPage } from './same-site.js';
import { tokenOf } from './staff-cookie.js';

type Verify = (request: FastifyRequest, token: string) => Promise<Principal>;

const READING = new Set(['GET', 'HEAD']);

/** Our own pages: scripts, styles, images and forms of this service only. */
const PAGE_POLICY = `default-src 'none'; script-src 'self'; style-src 'self' ${STYLE_HASH}; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;
/** bull-board sets a base and styles in its markup. It asks Google for a font too, and does without. */
const BOARD_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

/**
 * The one gate of everything under /operations/, whoever serves it: only staff pass, by their cookie, and only our own
 * pages may send what changes something. Answers itself instead of throwing: bull-board words errors its own way.
 */
export function demandStaff(fastify: FastifyInstance, verify: Verify, config: Config): void {
  fastify.addHook('onRequest', async (request, reply) => {
    const route = request.routeOptions.url;
    if (route !== '/operations' && !route?.startsWith('/operations/')) return;
    reply.headers({
      'cache-control': 'no-store',
      // Other sites learn nothing. "no-referrer" would also take the Origin from our own forms.
      'referrer-policy': 'same-origin',
      'content-security-policy': route.startsWith('/operations/queues') ? BOARD_POLICY : PAGE_POLICY,
    });
    try {
      if (!READING.has(request.method) && !sentByOurPage(request, request.host, config.http.siteUrl)) {
        throw foreign();
      }
      if (request.routeOptions.config.public) return;
      const token = tokenOf(request);
      if (token === undefined) return refuse(request, reply, 401, config);
      request.principal = await verify(request, token);
      if (!request.principal.staff) return refuse(request, reply, 403, config);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 401) return refuse(request, reply, 401, config);
      sendProblem(error, request, reply);
      return reply;
    }
  });
}

function refuse(request: FastifyRequest, reply: FastifyReply, status: 401 | 403, config: Config) {
  if (!prefersHtml(request)) sendProblem(status === 401 ? nobody() : notStaff(), request, reply);
  else {
    const frame = { language: 'en' as const, issuer: config.design.issuerName };
    const page = status === 401 ? loginPage(frame) : forbiddenPage(frame);
    void reply.code(status).header('vary', 'Accept').type('text/html; charset=utf-8').send(page);
  }
  return reply;
}

function nobody(): Problem {
  return new Problem(
    401,
    'login_needed',
    'Sign in first',
    'Sign in at /operations/login/ with a token that has the role "staff".',
    {
      headers: { 'www-authenticate': 'Cookie realm="certstore operations"' },
    },
  );
}

function notStaff(): Problem {
  return new Problem(
    403,
    'staff_only',
    'Staff only',
    'The token is valid, but does not have the role "staff".',
  );
}

function foreign(): Problem {
  return new Problem(
    403,
    'not_from_here',
    'Not sent from this page',
    'The request did not come from the operations page itself. Open that page and use its buttons.',
  );
}
