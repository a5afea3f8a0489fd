import { isIPv6 } from 'node:net';
import type { Config } from '../config/config.js';

/**
 * Public address of the service without a trailing slash, for QR codes and links. If SITE_URL is not set
 * and PORT is 0, it is known only once the server listens.
 */
export class SiteUrl {
  #url: string;

  constructor(private readonly config: Config) {
    this.#url = config.http.siteUrl ?? this.#at(config.http.port);
  }

  get url(): string {
    return this.#url;
  }

  /** Sets the port that the system chose. */
  listeningOn(port: number): void {
    if (!this.config.http.siteUrl) this.#url = this.#at(port);
  }

  #at(port: number): string {
    const { host } = this.config.http;
    return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  }
}
