import { StorageError } from '../../storage.errors.js';
import type { S3Connection } from './s3-connection.js';
import type { SendOptions } from './time-limits.js';

/**
 * The pages of a listing, one in memory at a time. A page that says "there is more" but not where, or goes back to where
 * it was, ends the listing with an error: one that ends normally is complete.
 *
 * @param fetch takes the marker of the page, undefined for the first
 * @param next the marker of the page that follows
 */
export async function* pages<Page extends { IsTruncated?: boolean | undefined }, Marker>(
  s3: S3Connection,
  operation: string,
  fetch: (marker: Marker | undefined, options: SendOptions) => Promise<Page>,
  next: (page: Page) => Marker | undefined,
): AsyncGenerator<Page, void> {
  let marker: Marker | undefined;
  for (;;) {
    const page = await s3.call(operation, {}, (options) => fetch(marker, options));
    yield page;
    if (!page.IsTruncated) return;
    const following = next(page);
    if (following === undefined || JSON.stringify(following) === JSON.stringify(marker)) {
      throw new StorageError(
        'unavailable',
        'the listing is cut off: S3 names no next page',
        s3.context(operation),
      );
    }
    marker = following;
  }
}
