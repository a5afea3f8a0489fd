import type { StorageMode } from '../config/config.js';
import type { Archive } from './archive.js';
import type { ByteRange } from './range.js';
import type { StorageBackend } from './storage-backend.js';
import { isStorageError, StorageError, type StorageErrorCode } from './storage.errors.js';
import { parseKey, type StorageKey } from './storage-key.js';
import type { StorageObserver } from './storage-observer.js';
import type { OpenFile, Source, StoredFile } from './stored-file.js';
import { verifiedRead } from './verified-read.js';

export interface Stores {
  local: StorageBackend;
  s3: StorageBackend | undefined;
  archive?: Archive | undefined;
}

/** Which copy is read first. */
const ORDER: Record<StorageMode, Source[]> = {
  false: ['local', 's3'],
  dual: ['local', 's3'],
  true: ['s3', 'local'],
};

/** Not the copy's fault: the other one would give the same answer. */
const ENDS_READING: ReadonlySet<StorageErrorCode> = new Set(['range_not_satisfiable', 'aborted']);

/** The copies that the file's row lists, the preferred one first. */
export function copiesOf(file: StoredFile, mode: StorageMode): Source[] {
  return ORDER[mode].filter((source) => (source === 'local' ? file.storedLocallyAt : file.migratedToS3At));
}

/** See `Storage.open`. */
export async function openCopy(
  stores: Stores,
  copies: Source[],
  file: StoredFile,
  options: { range?: ByteRange; signal?: AbortSignal },
  observer: StorageObserver,
): Promise<OpenFile> {
  const key = parseKey(file.key);
  const failures: StorageError[] = [];
  for (const [index, source] of copies.entries()) {
    try {
      const read = await verifiedRead(storeOf(stores, source, key), file, options);
      return { source, fallback: index > 0, read };
    } catch (error) {
      if (!isStorageError(error) || ENDS_READING.has(error.code)) throw error;
      failures.push(error);
      const next = copies[index + 1];
      if (next) observer.fallback(source, next, error);
    }
  }
  const failure = mostTelling(failures, key);
  if (failure.code === 'archived') await stores.archive?.restore(key);
  throw failure;
}

/** Archived: it can be had later. An outage: perhaps later. Otherwise what was wrong with the preferred copy. */
function mostTelling(failures: StorageError[], key: StorageKey): StorageError {
  return (
    failures.find(({ code }) => code === 'archived') ??
    failures.find(({ outage }) => outage) ??
    failures[0] ??
    new StorageError('not_found', 'no copy of this file exists', { operation: 'open', key })
  );
}

function storeOf(stores: Stores, source: Source, key: StorageKey): StorageBackend {
  const store = stores[source];
  if (store) return store;
  throw new StorageError(
    'misconfigured',
    'the file is in S3, but no bucket is configured: set AWS_STORAGE_BUCKET_NAME',
    { operation: 'open', backend: source, key },
  );
}
