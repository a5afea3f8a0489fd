import type { StorageKey } from './storage-key.js';

/** `requested` and `running`: it will be readable in minutes or hours, depending on the configured tier. */
export type RestoreState = 'readable' | 'requested' | 'running';

/** Brings objects back from archive classes. */
export interface Archive {
  /** Requests a temporary readable copy, unless there is one or one is on its way. @throws StorageError */
  restore(key: StorageKey): Promise<RestoreState>;
}
