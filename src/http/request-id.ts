import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const SANE = /^[A-Za-z0-9._:/+=-]{8,128}$/;

/**
 * The id under which a request appears in the log and in the answer's `X-Request-Id`: the caller's own if it sent a
 * sane one, so that its log and ours can be compared, else a new UUID.
 */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && SANE.test(given) ? given : randomUUID();
}
