import { concernsEveryBucket } from '../aws-error.js';

/** Trouble with the server, the disk or memory. */
const STOPS_THE_RUN = new Set([
  ...['unreachable', 'disk_full', 'root_gone', 'ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'ESTALE', 'ENODEV'],
  ...['EMFILE', 'ENFILE', 'ENOMEM'],
]);

/** True for the code of trouble that the next bucket, and the next object, would share. */
export function stopsTheRun(code: string): boolean {
  return STOPS_THE_RUN.has(code) || concernsEveryBucket(code) || isStateFailure(code);
}

/** True where the state file can't be used; a row that its triggers refuse is about one object. */
function isStateFailure(code: string): boolean {
  return code.startsWith('SQLITE_') && !code.startsWith('SQLITE_CONSTRAINT');
}
