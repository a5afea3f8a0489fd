import { errnoName } from '../../../process/errno-name.js';
import {
  isStorageError,
  StorageError,
  type StorageErrorCode,
  type StorageErrorContext,
} from '../../storage.errors.js';

/** Every operating system error that is distinguished, what it means here, and what to do about it. */
const MEANINGS: Record<string, [StorageErrorCode, string]> = {
  ENOENT: ['not_found', 'no file with this key'],
  ENOSPC: [
    'no_space',
    'the disk of MEDIA_ROOT is full (see df, and df -i for inodes): free some space or move MEDIA_ROOT',
  ],
  EDQUOT: ['no_space', "the disk quota of the service's user is used up: raise it or free some space"],
  EFBIG: ['no_space', "the service's file size limit is reached: raise `ulimit -f`"],
  EACCES: ['access_denied', "the service's user may not use MEDIA_ROOT: check its owner and modes"],
  EPERM: ['access_denied', "the service's user may not use MEDIA_ROOT: check its owner and attributes"],
  EROFS: ['access_denied', 'MEDIA_ROOT is mounted read-only: check the disk and mount it for writing'],
  ELOOP: [
    'misconfigured',
    'there is a symbolic link instead of a file: put the file itself under MEDIA_ROOT',
  ],
  EXDEV: ['misconfigured', 'a folder under MEDIA_ROOT is on another file system: MEDIA_ROOT must be on one'],
  ENOTDIR: ['misconfigured', 'there is a file where MEDIA_ROOT needs a folder: move it away'],
  EISDIR: ['misconfigured', 'there is a folder where MEDIA_ROOT needs a file: move it away'],
  EIO: ['unavailable', 'the disk of MEDIA_ROOT is failing: check the system log'],
  ESTALE: ['unavailable', 'the network file system of MEDIA_ROOT lost the file: check the mount'],
  EMFILE: ['unavailable', 'too many open files: raise `ulimit -n`'],
  ENFILE: ['unavailable', 'too many open files on this machine: raise fs.file-max'],
};

const NO_FOLDER: [StorageErrorCode, string] = [
  'misconfigured',
  'a folder under MEDIA_ROOT is a dangling link or was removed: check the mount',
];

/** The only place that knows the operating system's error codes. A {@link StorageError} passes through. */
export function localError(error: unknown, context: StorageErrorContext): StorageError {
  if (isStorageError(error)) return error;
  const errno = errnoName(error) ?? '';
  const writing = context.operation === 'put' || context.operation === 'probe';
  const [code, advice] = (writing && errno === 'ENOENT' && NO_FOLDER) ||
    MEANINGS[errno] || ['internal', 'unexpected error'];
  return new StorageError(code, errno ? `${advice} (${errno})` : advice, context, { cause: error });
}

export function hasErrno(error: unknown, ...codes: string[]): boolean {
  return codes.includes(errnoName(error) ?? '');
}
