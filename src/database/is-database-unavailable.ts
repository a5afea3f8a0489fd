/** Failures of the way to the server, by Node's name for them. */
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/**
 * SQLSTATEs by which PostgreSQL says that it, not the query, is in trouble (its manual, appendix A): connection
 * exceptions, insufficient resources (a full disk, no memory, too many connections), shutdowns and start-ups, a
 * statement that took too long, a server that has become a read-only standby.
 */
const SERVER = /^(08...|53...|57P0[1-5]|57014|25006|58030)$/;

/** Prisma's codes: can't reach, timed out, connection closed, no connection free, too many connections. */
const PRISMA = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037']);

/** Names that Prisma's driver adapter gives to the same, found under raw queries. */
const ADAPTER = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections']);

/** What pg says without a code, and Prisma after it. */
const MESSAGES =
  /connection terminated|connection error and is not queryable|timeout exceeded when trying to connect|query read timeout|unable to start a transaction in the given time/i;

/**
 * Whether the database, rather than the query, is what failed: the caller answers 503 and may try again later.
 * Understands errors of pg and of Prisma, also as the `cause` of others.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  const seen = new Set<unknown>();
  const pending = [error];
  while (pending.length > 0) {
    const current = pending.pop();
    if (typeof current !== 'object' || current === null || seen.has(current)) continue;
    seen.add(current);
    const { code, originalCode, syscall, kind, message, cause, meta, errors } = current as Partial<
      Record<string, unknown>
    >;
    if ([code, originalCode].some(isOutage)) return true;
    // no socket in the embedded server's folder; any other ENOENT is about a file
    if (code === 'ENOENT' && syscall === 'connect') return true;
    if (typeof kind === 'string' && ADAPTER.has(kind)) return true;
    if (typeof message === 'string' && MESSAGES.test(message)) return true;
    const wrapped = (meta as { driverAdapterError?: unknown } | undefined)?.driverAdapterError;
    // AggregateError: every address of the host was tried
    pending.push(cause, wrapped, ...(Array.isArray(errors) ? (errors as unknown[]) : []));
  }
  return false;
}

function isOutage(code: unknown): boolean {
  return typeof code === 'string' && (NETWORK.has(code) || SERVER.test(code) || PRISMA.has(code));
}
