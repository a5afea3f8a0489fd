/** The database can't be opened. The message says why and what to do; it holds no password. */
export class DatabaseStartError extends Error {
  override readonly name = 'DatabaseStartError';
}
