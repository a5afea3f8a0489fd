import type { ScanRange } from '../../state/buckets.js';
import { sum } from '../../state/tallies.js';
import { BucketsOfRun } from '../buckets-of-run.js';
import { removeAbandonedPartials } from '../copy/abandoned-partials.js';
import { copyBucket } from '../copy/copy-bucket.js';
import type { Mirror } from '../mirror.js';
import { isPhase, type Phase, PHASE_CHANGES } from './phases.js';
import { Restores } from '../restore/restores.js';
import { nothingDone, type RunResult } from './run-result.js';
import { Scan } from '../scan/scan.js';
import { verifyBucket } from '../verify/verify-bucket.js';

/** Buckets and ranges of buckets that are listed at a time. */
const LISTINGS = 8;

export interface RunOptions {
  /** Only these buckets; undefined: all but the excluded. */
  only?: string[] | undefined;
  /** Wait for running restores; otherwise the run ends without them. */
  wait: boolean;
  /** False: use the last listing. */
  rescan?: boolean;
}

/**
 * One round: lists the objects of the buckets, restores archived ones, copies them and reads them back. Continues where
 * the last run stopped; a complete round is followed by a new one.
 */
export class Run {
  readonly result: RunResult = nothingDone();
  readonly #buckets: BucketsOfRun;
  readonly #restores: Restores;

  constructor(
    private readonly mirror: Mirror,
    private readonly options: RunOptions,
  ) {
    this.#buckets = new BucketsOfRun(mirror, options.only);
    this.#restores = new Restores(mirror, this.#buckets);
  }

  /** @returns what was done, also after Ctrl-C @throws what stopped the run */
  async run(): Promise<RunResult> {
    const { result } = this;
    result.phase = this.#resume();
    while (result.phase !== 'delete' && result.phase !== 'complete' && !this.mirror.signal.aborted) {
      const next = await this.#step(result.phase);
      if (this.mirror.signal.aborted) break;
      this.enter(next);
    }
    result.failed = this.#buckets.count(['failed']).files;
    result.archived = this.#buckets.count(['archived', 'restoring']).files;
    result.bucketErrors = this.#buckets.errors();
    return result;
  }

  /** Enters a phase. @throws if the table has no such change */
  enter(phase: Phase): void {
    if (PHASE_CHANGES[this.result.phase][phase] === undefined) {
      throw new Error(`no way from phase ${this.result.phase} to ${phase}`);
    }
    this.result.phase = phase;
    this.mirror.state.metadata.set('phase', phase);
  }

  #resume(): Phase {
    const { metadata } = this.mirror.state;
    const phase = metadata.get('phase');
    const round = Number(metadata.get('round') ?? 0);
    if (this.options.rescan === false) {
      this.result.round = round;
      return 'glacier_restore';
    }
    const goesOn = isPhase(phase) && phase !== 'complete' && phase !== 'delete' && round > 0;
    this.result.round = goesOn ? round : round + 1;
    this.result.resumed = this.#hasListed(this.result.round);
    // A run for other buckets does not finish a round that was started for some: listing again what is listed costs nothing.
    if (goesOn) return 'scan';
    this.mirror.state.transaction(() => {
      metadata.set('round', String(round + 1));
      metadata.set('round_started_at', new Date().toISOString());
      metadata.set('phase', 'scan');
      this.mirror.state.objects.retryFailed();
    });
    return 'scan';
  }

  /** Whether an earlier run started to list these buckets: in this round, or in one whose listing failed halfway. */
  #hasListed(round: number): boolean {
    const { buckets } = this.mirror.state;
    const isPart = ({ afterKey, untilKey }: ScanRange): boolean => afterKey !== null || untilKey !== null;
    return this.#buckets
      .all()
      .some(({ id, scanRound }) => scanRound === round || buckets.ranges(id).some(isPart));
  }

  async #step(phase: Phase): Promise<Phase> {
    if (phase === 'scan') return this.#scan();
    if (phase === 'glacier_restore') return this.#restore();
    if (phase === 'sync') return this.#sync();
    if (phase === 'glacier_wait') return this.#wait();
    return this.#verify();
  }

  async #scan(): Promise<Phase> {
    const { state, names, clients, signal, progress } = this.mirror;
    const { round, scan } = this.result;
    const buckets = await this.#buckets.list();
    progress.begin('scan');
    const onPage = (counts: RunResult['scan']) => {
      for (const name of ['listed', 'added', 'changed', 'gone'] as const) scan[name] += counts[name];
      progress.add(counts.listed, 0);
    };
    await new Scan({ state, names, clients, signal, concurrency: LISTINGS, round, onPage }, buckets).run();
    progress.end();
    return 'glacier_restore';
  }

  async #restore(): Promise<Phase> {
    await this.#restores.request(this.result.round);
    return 'sync';
  }

  async #sync(): Promise<Phase> {
    const { progress } = this.mirror;
    removeAbandonedPartials(this.mirror);
    const total = this.#buckets.count(['pending']);
    if (total.files > 0) progress.begin('sync', total);
    const before = this.#buckets.count(['copied', 'verified']);
    await this.#buckets.each(this.result.round, (bucket) => copyBucket(this.mirror, bucket));
    const after = this.#buckets.count(['copied', 'verified']);
    this.result.copied.files += after.files - before.files;
    this.result.copied.bytes += after.bytes - before.bytes;
    progress.end();
    return this.#buckets.count(['archived', 'restoring']).files > 0 ? 'glacier_wait' : 'verify';
  }

  async #wait(): Promise<Phase> {
    const then = await this.#restores.wait(this.result.round, this.options.wait);
    return ({ request: 'glacier_restore', done: 'verify', stopped: 'glacier_wait' } as const)[then];
  }

  async #verify(): Promise<Phase> {
    const { progress, state, signal } = this.mirror;
    const due = this.#buckets.all().filter(({ verifiedAt }) => verifiedAt === null);
    const total = sum(due.map(({ id }) => state.tallies.count(['copied'], id)));
    if (total.files > 0) progress.begin('verify', total);
    for (const bucket of due) {
      if (signal.aborted) break;
      this.result.verified.push(await verifyBucket(this.mirror, bucket, 'new'));
    }
    progress.end();
    return 'complete';
  }
}
