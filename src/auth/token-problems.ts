import { Problem } from '../http/problem.js';

/** RFC 6750: what a 401 says in WWW-Authenticate. */
const REALM = 'Bearer realm="certstore"';

export function tokenMissing(): Problem {
  return new Problem(
    401,
    'token_missing',
    'A token is needed',
    'Send the header "Authorization: Bearer <token>" with a JSON Web Token.',
    { headers: { 'www-authenticate': REALM } },
  );
}

export function tokenExpired(cause: unknown): Problem {
  return new Problem(
    401,
    'token_expired',
    'The token has expired',
    'Get a new token and send the request again.',
    {
      headers: { 'www-authenticate': `${REALM}, error="invalid_token", error_description="expired"` },
      cause,
    },
  );
}

/** @param why a clause that tells the token's issuer what to mend; nothing of the token itself */
export function tokenInvalid(why: string, cause?: unknown): Problem {
  return new Problem(401, 'token_invalid', 'The token is not valid', `The token was refused: ${why}.`, {
    headers: { 'www-authenticate': `${REALM}, error="invalid_token"` },
    cause,
  });
}

export function keysUnavailable(cause: unknown): Problem {
  return new Problem(
    503,
    'auth_unavailable',
    "Tokens can't be checked now",
    "The token issuer's keys can't be read at the moment; please try again shortly.",
    { retryAfter: 30, cause },
  );
}
