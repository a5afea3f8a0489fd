import { decodeJwt } from 'jose';
import type { FastifyRequest } from 'fastify';

const NAME = 'certstore_staff';
const PATH = '/operations';

/** Browsers drop a cookie of more than 4,096 bytes without a word. */
export const LONGEST_TOKEN = 3_800;

/** The token of the operations pages' cookie, unverified. */
export function tokenOf(request: Pick<FastifyRequest, 'headers'>): string | undefined {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === NAME && value) return value;
  }
  return undefined;
}

/** When a verified token ends, milliseconds since the epoch; Infinity for one without end. */
export function endOf(token: string): number {
  const { exp } = decodeJwt(token);
  return exp === undefined ? Infinity : exp * 1000;
}

/** Keeps a verified token for the operations pages and nothing else, out of reach of scripts, until it ends. */
export function cookieFor(token: string, secure: boolean): string {
  const end = endOf(token);
  const life = end === Infinity ? [] : [`Max-Age=${Math.max(0, Math.floor((end - Date.now()) / 1000))}`];
  return [`${NAME}=${token}`, ...life, ...attributes(secure)].join('; ');
}

export function noCookie(secure: boolean): string {
  return [`${NAME}=`, 'Max-Age=0', ...attributes(secure)].join('; ');
}

function attributes(secure: boolean): string[] {
  return [`Path=${PATH}`, 'HttpOnly', 'SameSite=Strict', ...(secure ? ['Secure'] : [])];
}
