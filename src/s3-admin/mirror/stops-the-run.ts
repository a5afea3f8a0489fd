import { concernsEveryBucket } from '../error-code.js';

/** An error of the server, the disk or memory. */
const STOPS_THE_RUN = new Set([
  ...['unreachable', 'disk_full', 'root_gone', 'ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'ESTALE', 'ENODEV'],
  ...['EMFILE', 'ENFILE', 'ENOMEM'],
]);

/** True for the code of an error that the next bucket, and the next object, would have too. */
export function stopsTheRun(code: string): boolean {
  return STOPS_THE_RUN.has(code) || concernsEveryBucket(code) || isStateFailure(code);
}

/** True if the state file can't be used; a row that its triggers refuse concerns one object. */
function isStateFailure(code: string): boolean {
  return code.startsWith('SQLITE_') && !code.startsWith('SQLITE_CONSTRAINT');
}
