import type { StorageKey } from './storage-key.js';
import type { PresignedUrl } from './stored-file.js';

/** What a URL fetches, and the headers of its answer. */
export interface FileLink {
  contentType: string;
  filename: string;
  disposition: 'attachment' | 'inline';
  /** The only method the URL is valid for; GET by default. */
  method?: 'GET' | 'HEAD';
}

/** Hands out URLs from which a browser fetches a file directly. */
export interface UrlSigner {
  /** Age in days from which an object may be archived, so that its URL may not work. */
  readonly archiveAfterDays: number;

  /**
   * @returns null if no credentials outlive the URL: the file must be served in another way
   * @throws StorageError `bad_credentials` where there are none at all
   */
  sign(key: StorageKey, file: FileLink): Promise<PresignedUrl | null>;
}
