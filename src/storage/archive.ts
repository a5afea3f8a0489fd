import type { StorageKey } from './storage-key.js';

/** `requested` and `running`: it will be readable later, in minutes or hours by the tier that is configured. */
export type RestoreState = 'readable' | 'requested' | 'running';

/** Brings objects back from archive classes. */
export interface Archive {
  /** Asks for a temporary readable copy, unless there is one or one is on its way. @throws StorageError */
  restore(key: StorageKey): Promise<RestoreState>;
}
