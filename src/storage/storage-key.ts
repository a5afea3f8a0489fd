import { randomUUID } from 'node:crypto';
import { StorageError } from './storage.errors.js';

/**
 * Where a file is: the same string under MEDIA_ROOT and in the bucket. `pdf/YYYY/MM/<uuid4>.pdf` or
 * `images/YYYY/MM/<uuid4>.png`, with the UTC year and month of issue. It says nothing about a person or a tournament.
 */
export type StorageKey = string & { readonly __brand: 'StorageKey' };

export type FileFormat = 'pdf' | 'png';
export const FILE_FORMATS: readonly FileFormat[] = ['pdf', 'png'];
export const CONTENT_TYPES: Record<FileFormat, string> = { pdf: 'application/pdf', png: 'image/png' };

const FOLDERS: Record<FileFormat, string> = { pdf: 'pdf', png: 'images' };
/** The folders at the top of MEDIA_ROOT and of the bucket. */
export const KEY_FOLDERS = Object.values(FOLDERS);
const UUID4 = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const PATTERN = new RegExp(
  `^(?:pdf/\\d{4}/(?:0[1-9]|1[0-2])/${UUID4}\\.pdf|images/\\d{4}/(?:0[1-9]|1[0-2])/${UUID4}\\.png)$`,
);

/** A new key for a file of this format issued at `issuedAt`. */
export function makeKey(format: FileFormat, issuedAt: Date): StorageKey {
  const year = String(issuedAt.getUTCFullYear()).padStart(4, '0');
  const month = String(issuedAt.getUTCMonth() + 1).padStart(2, '0');
  return `${FOLDERS[format]}/${year}/${month}/${randomUUID()}.${format}` as StorageKey;
}

/**
 * The only way from any other string to a key. Because it accepts exactly the shape above, a key can't climb out of
 * MEDIA_ROOT, can't name a hidden file, and means the same on every file system.
 * @throws StorageError `invalid_key`
 */
export function parseKey(text: string): StorageKey {
  if (!PATTERN.test(text)) {
    throw new StorageError('invalid_key', `not a certificate key: ${JSON.stringify(text.slice(0, 200))}`, {
      operation: 'parse',
    });
  }
  return text as StorageKey;
}

/** True for a string that {@link parseKey} accepts; listings use it to tell certificate files from other files. */
export function isKey(text: string): text is StorageKey {
  return PATTERN.test(text);
}

/** Where a retired local copy is kept in the bucket. Not a certificate key: listings skip it. */
export function archiveKey(key: StorageKey): StorageKey {
  return `_archive/${key}` as StorageKey;
}
