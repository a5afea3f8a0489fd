import { constants } from 'node:os';

const NAMES = new Map(Object.entries(constants.errno).map(([name, errno]) => [-errno, name]));

/**
 * The code of an operating system's error. Node has no name for some, a full quota (EDQUOT) and a lost NFS file (ESTALE) among
 * them, and says "UNKNOWN" or "Unknown system error -122".
 */
export function errnoName(error: unknown): string | undefined {
  const { code, errno = 0 } = (error ?? {}) as NodeJS.ErrnoException;
  return typeof code === 'string' && /^unknown/i.test(code) ? (NAMES.get(errno) ?? code) : code;
}
