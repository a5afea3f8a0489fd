import { GetBucketVersioningCommand } from '@aws-sdk/client-s3';
import type { Clients } from '../../aws/clients.js';
import { describeInOneLine } from '../../describe-error.js';
import type { BucketRow } from '../../state/buckets.js';
import { type ActiveRange, type ListingOptions, RangeListing } from './list-range.js';
import { keyBetween } from './split.js';

/** Pages a range must have had before it is worth cutting in two. */
const PAGES_BEFORE_SPLIT = 4;

export interface ScanOptions extends ListingOptions {
  clients: Clients;
  /** Listings under way at once, over all buckets. */
  concurrency: number;
}

/**
 * Brings the state up to date with the buckets. Pages stream through; buckets are listed side by side, and a large one
 * is cut in two wherever a lister has nothing else to do. Each page is one transaction with its place in the listing, so
 * a scan that was killed continues where it was. A listing that fails leaves what it did not reach unchanged; the error
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
        // Another lister may leave something to do.
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

  /** A bucket's failure concerns only that bucket. */
  private async guard(bucket: BucketRow, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.options.signal.aborted) return;
      this.options.state.buckets.update(bucket.id, { error: describeInOneLine(error) });
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
      await new RangeListing(this.options, range).run(() => this.wakeIdle());
    } finally {
      this.active.delete(range);
    }
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
