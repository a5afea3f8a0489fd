import type { Config } from '../config/config.js';

/**
 * Public address of the service without a slash at the end: what goes into QR codes and links. Where SITE_URL is not set
 * and PORT is 0, it is known only once the server listens.
 */
export class SiteUrl {
  #url: string;

  constructor(private readonly config: Config) {
    this.#url = config.http.siteUrl ?? `http://${config.http.host}:${config.http.port}`;
  }

  get url(): string {
    return this.#url;
  }

  /** Tells the port that the system chose. */
  listeningOn(port: number): void {
    if (!this.config.http.siteUrl) this.#url = `http://${this.config.http.host}:${port}`;
  }
}
