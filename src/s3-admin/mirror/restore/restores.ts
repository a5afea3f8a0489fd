import { setTimeout as sleep } from 'node:timers/promises';
import type { BucketsOfRun } from '../buckets-of-run.js';
import type { Mirror } from '../mirror.js';
import { pollRestores } from './poll.js';
import { requestRestores } from './request.js';

const MINUTE = 60_000;

/**
 * Time until the next look at running restores, milliseconds: a tenth of what was waited, 1 to 15 minutes. Some take two
 * days, and where they lie far apart a look costs a request for each.
 */
export function nextLook(waitedMs: number): number {
  return Math.min(Math.max(waitedMs / 10, MINUTE), 15 * MINUTE);
}

/** Requests restores of a run's archived objects, and waits for them. */
export class Restores {
  #copiedAtLastRequest = -1;
  #saidOtherTier = false;

  constructor(
    private readonly mirror: Mirror,
    private readonly buckets: BucketsOfRun,
  ) {}

  /** Requests as many as may run at once. */
  async request(round: number): Promise<void> {
    const { progress } = this.mirror;
    const archived = this.buckets.count(['archived']);
    if (archived.files === 0) return;
    progress.begin('glacier restore', archived);
    let otherTier = false;
    await this.buckets.each(round, async (bucket) => {
      otherTier = (await requestRestores(this.mirror, bucket)) || otherTier;
    });
    if (otherTier && !this.#saidOtherTier) {
      this.#saidOtherTier = true;
      progress.message(
        'Deep Archive has no Expedited restores: its objects are requested as Standard, ready within 12 hours',
      );
    }
    progress.end();
  }

  /**
   * Checks the running ones until something can be done.
   *
   * | then | because |
   * |---|---|
   * | `request` | objects can be copied, or more restores may run |
   * | `done` | none is under way, or the run is not to wait |
   * | `stopped` | Ctrl-C |
   */
  async wait(round: number, waits: boolean): Promise<'request' | 'done' | 'stopped'> {
    const { progress, state, signal, settings } = this.mirror;
    const since = performance.now();
    for (let announced = false; !signal.aborted; announced = true) {
      await this.buckets.each(round, (bucket) => pollRestores(this.mirror, bucket));
      if (this.buckets.count(['pending']).files > 0) return 'request';
      const running = this.buckets.count(['restoring']).files;
      const owed = this.buckets.count(['archived']).files;
      if ((running === 0 && owed === 0) || !waits) return 'done';
      const copied = this.buckets.count(['copied', 'verified']).files;
      if (owed > 0 && state.tallies.count(['restoring']).files < settings.maxRestores) {
        // If the last requests achieved nothing, repeating them at once would not either.
        if (copied === this.#copiedAtLastRequest) await this.#pause(MINUTE);
        this.#copiedAtLastRequest = copied;
        return 'request';
      }
      if (!announced) {
        progress.message(`waiting for ${running} restores; Ctrl-C is safe, run it again to continue`);
      }
      await this.#pause(nextLook(performance.now() - since));
    }
    return 'stopped';
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.mirror.signal }).catch(() => undefined);
  }
}
