import type { IncomingHttpHeaders } from 'node:http';

/**
 * What a request's conditions make of a file, in the order of RFC 9110, 13.2.2: if there is an ETag, dates do not
 * count. `unchanged` is a 304, `failed` a 412. An unreadable date is no condition.
 * @param lastModified is sent, and compared, in whole seconds
 */
export function judge(
  headers: IncomingHttpHeaders,
  etag: string,
  lastModified: Date,
): 'send' | 'unchanged' | 'failed' {
  const modified = Math.floor(lastModified.getTime() / 1000) * 1000;
  const ifMatch = headers['if-match'];
  const same =
    ifMatch === undefined
      ? !(modified > Date.parse(headers['if-unmodified-since'] ?? ''))
      : tagsOf(ifMatch).some((tag) => tag === '*' || tag === etag);
  if (!same) return 'failed';

  const ifNoneMatch = headers['if-none-match'];
  const known =
    ifNoneMatch === undefined
      ? modified <= Date.parse(headers['if-modified-since'] ?? '')
      : tagsOf(ifNoneMatch).some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag);
  return known ? 'unchanged' : 'send';
}

function tagsOf(header: string): string[] {
  return header.split(',').map((tag) => tag.trim());
}
