/** Bytes. The largest batch, 10,000 results with long names, fits; anything much larger is a mistake or an attack. */
export const BODY_LIMIT = 4 * 1024 * 1024;

/** Time a client has to send a whole request, milliseconds. */
export const REQUEST_TIMEOUT_MS = 30_000;

export const LATE_REQUESTS_EVERY_MS = 5_000;

/** A socket idle for this long is closed, milliseconds: above any limit of a storage call. */
export const IDLE_SOCKET_MS = 120_000;

/** Connections held at once; more are refused. */
export const MOST_CONNECTIONS = 8_192;
