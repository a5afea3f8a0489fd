import { compareKeys } from '../../state/key-order.js';
import { ToolError } from '../../tool-error.js';

/** Where a listing continues: after this key, or inside it after this version. */
export interface ListingPosition {
  key: string | null;
  version?: string | undefined;
}

/** A proxy may answer with a page of its own, which would otherwise pass for an empty bucket, or with another bucket's. */
export function assertListing(bucket: string, page: { Name?: string | undefined }): void {
  if (page.Name === bucket) return;
  throw new ToolError(
    'no_listing',
    page.Name === undefined
      ? 'the answer is not a bucket listing'
      : `the answer is the listing of ${page.Name}, not of ${bucket}`,
    'it was ignored; check what answers at AWS_S3_ENDPOINT_URL (or AWS_ENDPOINT_URL): it may be a proxy or login page',
  );
}

export function assertInOrder(after: string | null, objects: { key: string }[]): void {
  let before = after;
  for (const { key } of objects) {
    if (before !== null && compareKeys(key, before) < 0) throw unordered(key, before);
    before = key;
  }
}

/** Otherwise the same page would be requested forever. */
export function assertGoesOn(
  { key, version }: ListingPosition,
  next: ListingPosition & { key: string },
): void {
  if (key === null) return;
  const order = compareKeys(next.key, key);
  if (order < 0 || (order === 0 && next.version === version)) throw unordered(next.key, key);
}

function unordered(key: string, before: string): ToolError {
  return new ToolError(
    'unordered_listing',
    `the server lists ${JSON.stringify(key)} after ${JSON.stringify(before)}; S3 lists by the bytes of keys, each once`,
    'this page was ignored; report it to whoever runs the server',
  );
}

export function truncated(): ToolError {
  return new ToolError(
    'truncated_listing',
    'the server says there is more, but not where it continues',
    'this listing was ignored; report it to whoever runs the server',
  );
}
