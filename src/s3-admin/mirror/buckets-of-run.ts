import type { ListedBucket } from '../aws/clients.js';
import { describeError, describeInOneLine } from '../describe-error.js';
import type { BucketRow } from '../state/buckets.js';
import type { ObjectState } from '../state/object-states.js';
import { type Count, sum } from '../state/tallies.js';
import { ToolError } from '../tool-error.js';
import { refuseExcluded } from './chosen-buckets.js';
import type { Mirror } from './mirror.js';
import { pinToAccount } from './pins.js';
import { stopsTheRun } from './stops-the-run.js';

/** Buckets that a run works on: all of the account except the excluded ones, or only those it was given. */
export class BucketsOfRun {
  constructor(
    private readonly mirror: Mirror,
    private readonly only: string[] | undefined,
  ) {}

  /** As the state has them. */
  all(): BucketRow[] {
    const { state, settings } = this.mirror;
    return state.buckets
      .all()
      .filter(({ name, goneAt }) => goneAt === null && !settings.excludedBuckets.includes(name))
      .filter(({ name }) => this.only?.includes(name) ?? true);
  }

  /**
   * Updates the state from the account. Buckets that no longer exist are marked, but only after a complete listing.
   * @throws ToolError if a selected bucket does not exist or is excluded, or the state is another account's
   */
  async list(): Promise<BucketRow[]> {
    const { clients, state, settings } = this.mirror;
    refuseExcluded(this.only, settings.excludedBuckets);
    const listed: ListedBucket[] = [];
    for await (const bucket of clients.buckets()) listed.push(bucket);
    pinToAccount(listed, state);
    const there = new Set(listed.map(({ name }) => name));
    for (const { name, createdAt } of listed) {
      if (settings.excludedBuckets.includes(name)) continue;
      state.transaction(() => {
        const known = state.buckets.byName(name);
        if (known && known.goneAt !== null) state.objects.keepCopies(known.id);
        state.buckets.add(name, createdAt?.getTime() ?? null);
      });
    }
    for (const { id, name, goneAt } of state.buckets.all()) {
      if (!there.has(name) && goneAt === null) state.buckets.update(id, { goneAt: Date.now() });
    }
    const missing = this.only?.find((name) => !there.has(name));
    if (missing === undefined) return this.all();
    throw new ToolError(
      'NoSuchBucket',
      `bucket ${missing} does not exist in this account`,
      '`info` lists its buckets',
    );
  }

  /** Objects in these states, over all buckets of the run. */
  count(states: ObjectState[]): Count {
    const { tallies } = this.mirror.state;
    return sum(this.all().map(({ id }) => tallies.count(states, id)));
  }

  /**
   * One bucket after the other. An error of one bucket is noted and the others are processed; the note is removed once
   * the bucket, listed in this round, has no error.
   */
  async each(round: number, work: (bucket: BucketRow) => Promise<void>): Promise<void> {
    const { state, progress, signal } = this.mirror;
    for (const bucket of this.all()) {
      if (signal.aborted) return;
      try {
        await work(bucket);
        if (bucket.error !== null && bucket.scanRound === round) {
          state.buckets.update(bucket.id, { error: null });
        }
      } catch (thrown) {
        const error = this.mirror.work.gone() ?? thrown;
        if (stopsTheRun(describeError(error).code)) throw error;
        const text = describeInOneLine(error);
        state.buckets.update(bucket.id, { error: text });
        progress.message(`[ERROR] ${bucket.name}: ${text}`);
      }
    }
  }

  /** What went wrong with whole buckets. */
  errors(): { bucket: string; error: string }[] {
    return this.all().flatMap(({ name, error }) => (error === null ? [] : [{ bucket: name, error }]));
  }
}
