import { namePermission } from '../../aws/permissions.js';
import { ALGORITHMS, type Algorithm } from '../content/digest.js';
import type { ContentFacts } from '../content/comparisons.js';
import type { Headers } from './http-connection.js';

/** What the headers of a GET or HEAD say about an object. */
export interface ResponseFacts extends ContentFacts {
  /** Bytes of this answer: of the object, its range or its part. */
  length: number;
  modified: number;
  /** Parts of the multipart upload, where `partNumber` was asked and the server knows. */
  partsCount: number | undefined;
  contentType: string | undefined;
  /** User metadata and the standard headers that are part of an object, by header name. */
  metadata: Record<string, string>;
}

const KEPT_HEADERS = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
];

export function toResponseFacts(status: number, headers: Headers): ResponseFacts {
  const one = (name: string): string | undefined => headers[name];
  const length = Number(one('content-length') ?? 0);
  const total = /\/(\d+)$/.exec(one('content-range') ?? '')?.[1];
  const checksums: Partial<Record<Algorithm, string>> = {};
  for (const algorithm of ALGORITHMS) {
    const value = one(`x-amz-checksum-${algorithm}`);
    // With a range or a part number it is the part's; only whole answers tell of the whole.
    if (value !== undefined && status === 200) checksums[algorithm] = value;
  }
  const metadata: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    if (name.startsWith('x-amz-meta-') || KEPT_HEADERS.includes(name)) metadata[name] = one(name) ?? '';
  }
  return {
    size: total === undefined ? length : Number(total),
    length,
    etag: (one('etag') ?? '').replaceAll('"', ''),
    encryption: one('x-amz-server-side-encryption-customer-algorithm')
      ? 'SSE-C'
      : one('x-amz-server-side-encryption'),
    checksums,
    modified: Date.parse(one('last-modified') ?? '') || 0,
    partsCount: Number(one('x-amz-mp-parts-count')) || undefined,
    contentType: one('content-type'),
    metadata,
  };
}

/** An answer that is not the object. Named by its code, as the SDK's errors are. */
export class S3ReadError extends Error {
  constructor(
    readonly status: number,
    /** S3's name of the error, or `HTTP` and the status where the answer had none. */
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = code;
  }

  /** @param permission what the request needs */
  static of(status: number, body: string, permission: string): S3ReadError {
    const code = /<Code>([^<]+)<\/Code>/.exec(body)?.[1] ?? NAMES_BY_STATUS[status] ?? `HTTP${status}`;
    const message = /<Message>([^<]*)<\/Message>/.exec(body)?.[1] ?? '';
    const said = message ? `${code}: ${message}` : `${code} (HTTP ${status})`;
    return new S3ReadError(status, code, code === 'AccessDenied' ? namePermission(said, permission) : said);
  }
}

/** A HEAD has no body to name the error in, and a proxy's answer no name. */
const NAMES_BY_STATUS: Record<number, string> = {
  301: 'PermanentRedirect',
  302: 'PermanentRedirect',
  307: 'TemporaryRedirect',
  403: 'AccessDenied',
  404: 'NoSuchKey',
  412: 'PreconditionFailed',
  416: 'InvalidRange',
  503: 'SlowDown',
};
