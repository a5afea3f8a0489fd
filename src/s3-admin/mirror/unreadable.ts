import { errorCode } from '../error-code.js';

/** True where a file or folder can't be read, be it for its rights or a bad sector; the next one may be readable. */
export function isUnreadable(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'EIO'].includes(errorCode(error));
}
