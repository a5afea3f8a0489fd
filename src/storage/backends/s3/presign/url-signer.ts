import { create as contentDisposition } from 'content-disposition';
import type { FileLink, UrlSigner } from '../../../url-signer.js';
import type { StorageKey } from '../../../storage-key.js';
import type { PresignedUrl } from '../../../stored-file.js';
import type { S3Connection } from '../s3-connection.js';
import { s3Error } from '../s3-errors.js';
import { ServerClock } from '../server-clock.js';
import { type EndingCredentials, LastingCredentials } from './lasting-credentials.js';
import { SigningWindow } from './signing-window.js';

/**
 * Signing times are rounded down to this boundary: until the next one everyone gets the same URL, which a browser's
 * cache recognizes; a URL handed out just before it is already this old.
 */
const WINDOW_MS = 5 * 60_000;

/** Makes URLs from which anyone can fetch one object, for a while, without credentials of their own. */
export class S3UrlSigner implements UrlSigner {
  readonly #s3: S3Connection;
  readonly #clock: ServerClock;
  readonly #credentials: LastingCredentials;
  #window: SigningWindow | undefined;
  #signedBy: EndingCredentials | undefined;

  constructor(s3: S3Connection) {
    this.#s3 = s3;
    this.#clock = new ServerClock(s3.client.config);
    this.#credentials = new LastingCredentials((options) => s3.client.config.credentials(options));
  }

  get archiveAfterDays(): number {
    return this.#s3.config.archiveAfterDays;
  }

  async sign(key: StorageKey, file: FileLink): Promise<PresignedUrl | null> {
    const lifeSeconds = this.#s3.config.urlLifeSeconds;
    // By the server's clock, which is the one that judges.
    const now = this.#clock.now().getTime();
    const signedAt = new Date(Math.floor(now / WINDOW_MS) * WINDOW_MS);
    const expiresAt = new Date(signedAt.getTime() + lifeSeconds * 1000);
    try {
      const credentials = await this.#credentials.until(expiresAt);
      if (!credentials) return null;
      const window = await this.#windowOf(credentials, signedAt, lifeSeconds);
      const { contentType, filename, disposition, method } = file;
      const header = contentDisposition(filename, { type: disposition });
      const url = window.sign(key, { contentType, contentDisposition: header }, method);
      return { url, expiresAt, secondsLeft: Math.floor((expiresAt.getTime() - now) / 1000) };
    } catch (error) {
      throw s3Error(error, this.#s3.context('presign', key));
    }
  }

  async #windowOf(
    credentials: EndingCredentials,
    signedAt: Date,
    lifeSeconds: number,
  ): Promise<SigningWindow> {
    const window = this.#window;
    if (window && this.#signedBy === credentials && window.signedAt.getTime() === signedAt.getTime()) {
      return window;
    }
    const target = await this.#s3.target();
    this.#signedBy = credentials;
    this.#window = new SigningWindow(target, credentials, signedAt, lifeSeconds);
    return this.#window;
  }
}
