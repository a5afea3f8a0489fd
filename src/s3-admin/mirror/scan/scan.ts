import { GetBucketVersioningCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Clients } from '../../clients.js';
import { describeError } from '../../aws-error.js';
import type { BucketRow, ScanRange } from '../../state/buckets.js';
import { compareKeys } from '../../state/key-order.js';
import type { ListedObject } from '../../state/object-row.js';
import type { State } from '../../state/state.js';
import type { Names } from '../names/names.js';
import { applyListing, type ScanCounts } from './apply.js';
import { type ListingPosition, listPage } from './listing.js';
import { keyBetween } from './split.js';

/** Pages a range must have had before it is worth cutting in two. */
const PAGES_BEFORE_SPLIT = 4;

interface ActiveRange extends ScanRange {
  bucket: BucketRow;
  client: S3Client;
  pages: number;
}

export interface ScanOptions {
  state: State;
  names: Names;
  clients: Clients;
  /** Listings under way at once, over all buckets. */
  concurrency: number;
  round: number;
  signal: AbortSignal;
  onPage?: (counts: ScanCounts) => void;
}

/**
 * Brings the state up to date with the buckets. Pages stream through; buckets are listed side by side, and a large one
 * is cut in two wherever a lister has nothing else to do. Each page is one transaction with its place in the listing,
 * so a scan that was killed goes on where it was. A listing that fails leaves what it did not reach as it was; the error
 * is in the bucket's row.
 */
export class Scan {
  private readonly waiting: BucketRow[];
  private readonly queue: ActiveRange[] = [];
  private readonly active = new Set<ActiveRange>();
  private readonly idle: (() => void)[] = [];

  constructor(
    private readonly options: ScanOptions,
    buckets: BucketRow[],
  ) {
    this.waiting = buckets.filter((bucket) => bucket.scanRound < options.round);
  }

  async run(): Promise<void> {
    await Promise.all(Array.from({ length: this.options.concurrency }, () => this.lister()));
  }

  private async lister(): Promise<void> {
    while (!this.options.signal.aborted) {
      const range = this.queue.shift() ?? this.splitLargest();
      const bucket = range ? undefined : this.waiting.shift();
      if (range) await this.guard(range.bucket, () => this.list(range));
      else if (bucket) await this.guard(bucket, () => this.open(bucket));
      else if (this.active.size > 0) {
        // Whoever is at work may leave something to do.
        await new Promise<void>((resolve) => this.idle.push(resolve));
        continue;
      } else break;
      this.wakeIdle();
    }
    this.wakeIdle();
  }

  private wakeIdle(): void {
    for (const resolve of this.idle.splice(0)) resolve();
  }

  /** A bucket's failure is its own: the rest goes on. */
  private async guard(bucket: BucketRow, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.options.signal.aborted) return;
      const { code, message } = describeError(error);
      this.options.state.buckets.update(bucket.id, {
        error: message.startsWith(code) ? message : `${code}: ${message}`,
      });
    }
  }

  /** Queues what is left of a bucket's listing, or all of it. */
  private async open(bucket: BucketRow): Promise<void> {
    const { state, clients } = this.options;
    const placeholder = { bucket } as ActiveRange;
    this.active.add(placeholder); // the others wait for what comes of it
    try {
      const client = await clients.s3For(bucket.name);
      const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket: bucket.name }));
      let ranges = state.buckets.ranges(bucket.id);
      state.transaction(() => {
        const versioning = Status ?? '';
        // Listings of current objects and of versions don't mix.
        if (versioning !== bucket.versioning) for (const range of ranges) state.buckets.removeRange(range);
        if (versioning !== bucket.versioning || ranges.length === 0) {
          ranges = [state.buckets.addRange(bucket.id, null, null)];
          state.buckets.update(bucket.id, { scannedAt: Date.now() });
        }
        state.buckets.update(bucket.id, { versioning, error: null });
        bucket.versioning = versioning;
      });
      this.queue.push(...ranges.map((range) => ({ ...range, bucket, client, pages: 0 })));
    } finally {
      this.active.delete(placeholder);
    }
  }

  private async list(range: ActiveRange): Promise<void> {
    this.active.add(range);
    try {
      const versions = range.bucket.versioning !== '';
      let position: ListingPosition | undefined = { key: range.afterKey };
      let held: ListedObject[] = [];
      while (position && !this.options.signal.aborted) {
        const page = await listPage(range.client, range.bucket.name, versions, position, this.options.signal);
        range.pages++;
        held = this.take(range, [...held, ...page.objects], page.next !== undefined && versions);
        const passedEnd: boolean =
          range.untilKey !== null && beyond(page.objects.at(-1)?.key, range.untilKey);
        position = passedEnd ? undefined : page.next;
        if (!position) this.finish(range, held);
        this.wakeIdle();
      }
    } finally {
      this.active.delete(range);
    }
  }

  /**
   * Applies the whole keys of what was listed.
   * @returns the rest: the last key's versions may go on in the next page, and only all of them tell which are gone
   */
  private take(range: ActiveRange, listed: ListedObject[], lastKeyIsOpen: boolean): ListedObject[] {
    const own = listed.filter(
      ({ key }) =>
        (range.afterKey === null || compareKeys(key, range.afterKey) > 0) && !beyond(key, range.untilKey),
    );
    const openKey = lastKeyIsOpen ? listed.at(-1)?.key : undefined;
    const firstOpen = own.findIndex(({ key }) => key === openKey);
    const whole = firstOpen < 0 ? own : own.slice(0, firstOpen);
    const last = whole.at(-1);
    if (last) {
      const counts = this.apply(range, last.key, whole, (until) => {
        range.afterKey = until;
        this.options.state.buckets.saveRange(range);
      });
      this.options.onPage?.(counts);
    }
    return firstOpen < 0 ? [] : own.slice(firstOpen);
  }

  /** Applies the rest up to the range's end; the bucket's listing is complete with its last range. */
  private finish(range: ActiveRange, held: ListedObject[]): void {
    const { state, round } = this.options;
    const counts = this.apply(range, range.untilKey, held, (until) => {
      if (until !== range.untilKey) return;
      state.buckets.removeRange(range);
      if (state.buckets.ranges(range.bucket.id).length === 0)
        state.buckets.update(range.bucket.id, { scanRound: round });
    });
    this.options.onPage?.(counts);
  }

  private apply(
    range: ActiveRange,
    until: string | null,
    listed: ListedObject[],
    advance: (until: string | null) => void,
  ): ScanCounts {
    const { state, names } = this.options;
    return applyListing(state, names, range.bucket, [range.afterKey, until], listed, advance);
  }

  /** Cuts the range with most pages behind it at a key about half way to its end. */
  private splitLargest(): ActiveRange | undefined {
    if (this.waiting.length > 0) return undefined;
    let largest: ActiveRange | undefined;
    for (const range of this.active) {
      if (range.pages >= PAGES_BEFORE_SPLIT && range.pages > (largest?.pages ?? 0)) largest = range;
    }
    const middle = largest && keyBetween(largest.afterKey, largest.untilKey);
    if (!largest || middle === undefined) return undefined;
    const { buckets } = this.options.state;
    const victim = largest;
    victim.pages = 0;
    return this.options.state.transaction(() => {
      const rest = buckets.addRange(victim.bucket.id, middle, victim.untilKey);
      victim.untilKey = middle;
      buckets.saveRange(victim);
      return { ...rest, bucket: victim.bucket, client: victim.client, pages: 0 };
    });
  }
}

function beyond(key: string | undefined, until: string | null): boolean {
  return key !== undefined && until !== null && compareKeys(key, until) > 0;
}
