import { createHmac, hash } from 'node:crypto';
import { type SigningCredentials, signingKey, timestampOf } from './signing-key.js';
import { uriEncode } from './uri-encode.js';

export interface RequestToSign {
  method: 'GET' | 'HEAD' | 'PUT';
  host: string;
  /** As it goes over the wire, see `encodePath`. */
  path: string;
  query?: Record<string, string>;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** SHA-256 of the body, hex; missing where there is none. */
  bodySha256?: string;
}

const EMPTY_SHA256 = hash('sha256', '', 'hex');
/** Headers that a proxy may change. */
const UNSIGNED = new Set(['cache-control']);

/**
 * Signs requests to S3 by Signature Version 4. The SDK's own signer spends longer on one request than the server on a
 * small object; `signer.spec.ts` holds the two against each other.
 */
export class Signer {
  #day = '';
  #secret = '';
  #key: Buffer = Buffer.alloc(0);

  constructor(private readonly region: string) {}

  /** @returns every header to send, and the query as it goes over the wire */
  sign(
    { method, host, path, query = {}, headers, bodySha256 = EMPTY_SHA256 }: RequestToSign,
    { accessKeyId, secretAccessKey, sessionToken }: SigningCredentials,
    now: Date,
  ): { headers: Record<string, string>; query: string } {
    const timestamp = timestampOf(now);
    const day = timestamp.slice(0, 8);
    const all: Record<string, string> = {
      ...headers,
      host,
      'x-amz-content-sha256': bodySha256,
      'x-amz-date': timestamp,
      ...(sessionToken && { 'x-amz-security-token': sessionToken }),
    };
    const names = Object.keys(all)
      .filter((name) => !UNSIGNED.has(name))
      .sort();
    const lines = names.map((name) => `${name}:${all[name]?.trim().replace(/\s+/g, ' ')}\n`).join('');
    const signedHeaders = names.join(';');
    const canonicalQuery = Object.keys(query)
      .sort()
      .map((name) => `${uriEncode(name)}=${uriEncode(query[name] as string)}`)
      .join('&');
    const canonical = `${method}\n${path}\n${canonicalQuery}\n${lines}\n${signedHeaders}\n${bodySha256}`;
    const scope = `${day}/${this.region}/s3/aws4_request`;
    const toSign = `AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${hash('sha256', canonical, 'hex')}`;
    const signature = createHmac('sha256', this.#keyOf(day, secretAccessKey)).update(toSign).digest('hex');
    all['authorization'] =
      `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
    return { headers: all, query: canonicalQuery };
  }

  /** One key serves a day. */
  #keyOf(day: string, secret: string): Buffer {
    if (day !== this.#day || secret !== this.#secret) {
      this.#key = signingKey(secret, day, this.region);
      this.#day = day;
      this.#secret = secret;
    }
    return this.#key;
  }
}
