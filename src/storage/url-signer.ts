import type { StorageKey } from './storage-key.js';
import type { PresignedUrl } from './stored-file.js';

/** What a URL fetches, and what the answer is to say of it. */
export interface FileLink {
  contentType: string;
  filename: string;
  disposition: 'attachment' | 'inline';
  /** The only method the URL is good for; GET where none is given. */
  method?: 'GET' | 'HEAD';
}

/** Hands out URLs from which a browser fetches a file directly. */
export interface UrlSigner {
  /** Age in days from which an object may have been archived, so that its URL may not work. */
  readonly archiveAfterDays: number;

  /**
   * @returns null where no credentials are to be had that outlive the URL: the file must be served otherwise
   * @throws StorageError `bad_credentials` where there are none at all
   */
  sign(key: StorageKey, file: FileLink): Promise<PresignedUrl | null>;
}
