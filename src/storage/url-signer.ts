import type { StorageKey } from './storage-key.js';
import type { PresignedUrl } from './stored-file.js';

/** Hands out URLs from which a browser fetches a file directly. */
export interface UrlSigner {
  /** Age in days from which an object may have been archived, so that its URL may not work. */
  readonly archiveAfterDays: number;

  /**
   * @returns null where no credentials are to be had that outlive the URL: the file must be served otherwise
   * @throws StorageError `bad_credentials` where there are none at all
   */
  sign(
    key: StorageKey,
    file: { contentType: string; filename: string; disposition: 'attachment' | 'inline' },
  ): Promise<PresignedUrl | null>;
}
