import type { Archive } from './archive.js';
import type { CircuitBreaker } from './decorators/circuit-breaker.js';
import { isStorageError, StorageError } from './storage.errors.js';
import { parseKey, type StorageKey } from './storage-key.js';
import type { StorageObserver } from './storage-observer.js';
import type { PresignedUrl, StoredFile } from './stored-file.js';
import type { FileLink, UrlSigner } from './url-signer.js';

const DAY_MS = 86_400_000;

export interface Links {
  s3: CircuitBreaker;
  signer: UrlSigner;
  archive: Archive | undefined;
}

/**
 * A URL for the S3 copy, or null if the service should serve the file itself, which then finds the other copy or says
 * what is wrong. S3 itself is asked only about files old enough to have been archived: a URL for one of those would show
 * the browser an error page.
 *
 * @param elsewhere the file has a local copy too
 * @throws StorageError `archived`, after a restore was asked for; why S3 counts as down, where there is no other copy
 */
export async function presign(
  { s3, signer, archive }: Links,
  file: StoredFile,
  link: Omit<FileLink, 'contentType'>,
  elsewhere: boolean,
  observer: StorageObserver,
): Promise<PresignedUrl | null> {
  const key = parseKey(file.key);
  const { outage } = s3;
  if (outage && elsewhere) return null;
  if (outage) throw outage;
  try {
    if (mayBeArchived(file, signer.archiveAfterDays) && (await s3.stat(key)).archived) {
      if (elsewhere) return null;
      await archive?.restore(key);
      throw archivedError(key);
    }
    return await signer.sign(key, { contentType: file.contentType, ...link });
  } catch (error) {
    if (!isStorageError(error) || error.code === 'archived') throw error;
    observer.unsigned(key, error);
    return null;
  }
}

function mayBeArchived({ migratedToS3At }: StoredFile, afterDays: number): boolean {
  return Date.now() - (migratedToS3At?.getTime() ?? 0) >= afterDays * DAY_MS;
}

function archivedError(key: StorageKey): StorageError {
  return new StorageError('archived', 'the object is in an archive class; its restore was requested', {
    operation: 'presign',
    backend: 's3',
    key,
  });
}
