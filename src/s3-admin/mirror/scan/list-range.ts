import type { S3Client } from '@aws-sdk/client-s3';
import type { BucketRow, ScanRange } from '../../state/buckets.js';
import { compareKeys } from '../../state/key-order.js';
import type { ListedObject } from '../../state/object-row.js';
import type { State } from '../../state/state.js';
import type { Names } from '../names/names.js';
import { applyListing, type ScanCounts } from './apply.js';
import type { ListingPosition } from './check-listing.js';
import { listPage } from './listing.js';

/** A range that is being listed. Its end may come nearer meanwhile, where it is cut in two. */
export interface ActiveRange extends ScanRange {
  bucket: BucketRow;
  client: S3Client;
  /** Pages so far, or since it was cut. */
  pages: number;
}

export interface ListingOptions {
  state: State;
  names: Names;
  round: number;
  signal: AbortSignal;
  onPage?: (counts: ScanCounts) => void;
}

/** Lists one range to its end and applies it to the state, page by page. */
export class RangeListing {
  /** Of the last key: its versions may go on in the next page, and only all of them tell which are gone. */
  #held: ListedObject[] = [];

  constructor(
    private readonly options: ListingOptions,
    private readonly range: ActiveRange,
  ) {}

  /** @param afterPage called after each but for what it may leave to others */
  async run(afterPage: () => void): Promise<void> {
    const { range } = this;
    const { signal } = this.options;
    const versions = range.bucket.versioning !== '';
    let position: ListingPosition | undefined = { key: range.afterKey };
    while (position && !signal.aborted) {
      const page = await listPage(range.client, range.bucket.name, versions, position, signal);
      range.pages++;
      this.#take(page.objects, page.next !== undefined && versions);
      const passedEnd: boolean = beyond(page.objects.at(-1)?.key, range.untilKey);
      position = passedEnd ? undefined : page.next;
      if (!position) this.#finish();
      afterPage();
    }
  }

  /** Applies the whole keys of what was listed, and holds the rest. */
  #take(objects: ListedObject[], lastKeyIsOpen: boolean): void {
    const { range } = this;
    const listed = [...this.#held, ...objects];
    const own = listed.filter(
      ({ key }) =>
        (range.afterKey === null || compareKeys(key, range.afterKey) > 0) && !beyond(key, range.untilKey),
    );
    const openKey = lastKeyIsOpen ? listed.at(-1)?.key : undefined;
    const firstOpen = own.findIndex(({ key }) => key === openKey);
    const whole = firstOpen < 0 ? own : own.slice(0, firstOpen);
    this.#held = firstOpen < 0 ? [] : own.slice(firstOpen);
    const last = whole.at(-1);
    if (!last) return;
    this.#apply(last.key, whole, (until) => {
      range.afterKey = until;
      this.options.state.buckets.saveRange(range);
    });
  }

  /** Applies the rest up to the range's end; the bucket's listing is complete with its last range. */
  #finish(): void {
    const { range } = this;
    const { buckets } = this.options.state;
    this.#apply(range.untilKey, this.#held, (until) => {
      if (until !== range.untilKey) return;
      buckets.removeRange(range);
      if (buckets.ranges(range.bucket.id).length === 0) {
        buckets.update(range.bucket.id, { scanRound: this.options.round });
      }
    });
  }

  #apply(until: string | null, listed: ListedObject[], advance: (until: string | null) => void): void {
    const { state, names, onPage } = this.options;
    const { bucket, afterKey } = this.range;
    const counts = applyListing(state, names, bucket, [afterKey, until], listed, advance);
    onPage?.(counts);
  }
}

function beyond(key: string | undefined, until: string | null): boolean {
  return key !== undefined && until !== null && compareKeys(key, until) > 0;
}
