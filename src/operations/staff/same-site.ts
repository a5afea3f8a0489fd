import type { FastifyRequest } from 'fastify';

/**
 * Whether our own page sent a request that changes something. `SameSite=Strict` keeps other sites' requests without a
 * cookie; this also stops those of a neighbour on the same site, and logins that someone else has prepared. Browsers
 * send `Sec-Fetch-Site` where the address is trustworthy (https, localhost), and `Origin` with every form.
 */
export function sentByOurPage(
  { headers }: Pick<FastifyRequest, 'headers'>,
  host: string,
  siteUrl: string | undefined,
): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin } = headers;
  if (origin === undefined || !URL.canParse(origin)) return false;
  const from = new URL(origin);
  return from.host === host || (siteUrl !== undefined && from.origin === new URL(siteUrl).origin);
}
