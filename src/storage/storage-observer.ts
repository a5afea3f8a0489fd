import type { StorageKey } from './storage-key.js';
import type { StorageError, StorageErrorCode } from './storage.errors.js';

/**
 * Events of the storage. The composition root turns them into metrics and log lines; nothing in here knows about either.
 * Implementations must not throw and must not block.
 */
export interface StorageObserver {
  /** A call to a backend ended. Reads are timed until the body can be read. */
  operation(backend: string, operation: string, outcome: 'ok' | StorageErrorCode, seconds: number): void;
  /** The preferred copy could not be read, because of `error`; the other one is tried. */
  fallback(from: string, to: string, error: StorageError): void;
  /** Dual-write stored the first copy and failed at the second, because of `error`. */
  owed(key: StorageKey, error: StorageError): void;
  /** No URL could be made for the file, because of `error`: the service serves it itself. */
  unsigned(key: StorageKey, error: StorageError): void;
  /** The circuit of a backend opened because of `error`, or closed again. */
  circuit(backend: string, state: 'open' | 'closed', error?: StorageError): void;
}

export const SILENT_OBSERVER: StorageObserver = {
  operation: () => undefined,
  fallback: () => undefined,
  owed: () => undefined,
  unsigned: () => undefined,
  circuit: () => undefined,
};
