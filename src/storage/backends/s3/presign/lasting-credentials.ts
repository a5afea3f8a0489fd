import type { SigningCredentials } from '../../../../sigv4/signing-key.js';

/** Asking more often would not make a role's session longer; the metadata service renews its own near the end. */
const REFRESH_EVERY_MS = 30_000;

/** Credentials and until when they are good. */
export interface EndingCredentials extends SigningCredentials {
  expiration?: Date | undefined;
}

type Provider = (options?: { forceRefresh?: boolean }) => Promise<EndingCredentials>;

/** The client's credentials, renewed before a URL signed by them would outlive them. */
export class LastingCredentials {
  readonly #provider: Provider;
  #current: EndingCredentials | undefined;
  #renewal: Promise<void> | undefined;
  #renewedAt = Number.NEGATIVE_INFINITY;

  constructor(provider: Provider) {
    this.#provider = provider;
  }

  /** @returns credentials valid until then, or undefined if none last that long */
  async until(end: Date): Promise<EndingCredentials | undefined> {
    if (!this.#last(end) && performance.now() - this.#renewedAt >= REFRESH_EVERY_MS) {
      this.#renewal ??= this.#renew(end).finally(() => {
        this.#renewal = undefined;
      });
    }
    if (!this.#last(end)) await this.#renewal;
    return this.#last(end) ? this.#current : undefined;
  }

  #last(end: Date): boolean {
    if (!this.#current) return false;
    return this.#current.expiration === undefined || this.#current.expiration >= end;
  }

  async #renew(end: Date): Promise<void> {
    this.#current = await this.#provider();
    if (!this.#last(end)) this.#current = await this.#provider({ forceRefresh: true });
    this.#renewedAt = performance.now();
  }
}
