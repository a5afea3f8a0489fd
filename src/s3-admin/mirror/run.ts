import { setTimeout as sleep } from 'node:timers/promises';
import { describeError } from '../aws-error.js';
import type { BucketRow } from '../state/buckets.js';
import type { ObjectState } from '../state/object-states.js';
import { type Count, sum } from '../state/tallies.js';
import { ToolError } from '../tool-error.js';
import { copyBucket } from './copy/copy-bucket.js';
import type { Mirror } from './mirror.js';
import { isPhase, type Phase, PHASE_CHANGES } from './phases.js';
import { pollRestores } from './restore/poll.js';
import { requestRestores } from './restore/request.js';
import { Scan } from './scan/scan.js';
import type { ScanCounts } from './scan/apply.js';
import { stopsTheRun } from './stops-the-run.js';
import { type Verification, verifyBucket } from './verify/verify-bucket.js';

/** Time between two looks at running restores, milliseconds. */
const POLL_MS = 60_000;

export interface RunOptions {
  /** Only these buckets; undefined: all but the excluded. */
  only?: string[] | undefined;
  /** Wait for restores that are under way; else the run ends without them. */
  wait: boolean;
  pollMs?: number;
  /** False: work on what the last listing said. */
  rescan?: boolean;
}

export interface RunResult {
  round: number;
  phase: Phase;
  scan: ScanCounts;
  copied: { files: number; bytes: number };
  verified: Verification[];
  /** Objects that failed, over all buckets of the run. */
  failed: number;
  /** Objects whose restore is under way or owed. */
  archived: number;
  bucketErrors: { bucket: string; error: string }[];
  /** The round was begun by an earlier run: what came to the buckets since its listing is for the next round. */
  resumed: boolean;
}

/**
 * One round: what the buckets hold is listed, restored where archived, copied, and read back. Goes on where the last run
 * stopped; a round that is complete is followed by a new one.
 */
export class Run {
  readonly result: RunResult;
  private copiedAtLastRequest = -1;
  private saidOtherTier = false;

  constructor(
    private readonly mirror: Mirror,
    private readonly options: RunOptions,
  ) {
    this.result = {
      ...{
        round: 0,
        phase: 'scan',
        copied: { files: 0, bytes: 0 },
        verified: [],
        failed: 0,
        archived: 0,
        bucketErrors: [],
        resumed: false,
      },
      scan: { listed: 0, added: 0, changed: 0, gone: 0 },
    };
  }

  /** @returns what was done, also after Ctrl-C @throws what stopped the run */
  async run(): Promise<RunResult> {
    this.result.phase = this.resume();
    while (
      this.result.phase !== 'delete' &&
      this.result.phase !== 'complete' &&
      !this.mirror.signal.aborted
    ) {
      const next = await this.step(this.result.phase);
      if (this.mirror.signal.aborted) break;
      this.enter(next);
    }
    this.sumUp();
    return this.result;
  }

  /** Enters a phase. @throws where the table has no such change */
  enter(phase: Phase): void {
    if (PHASE_CHANGES[this.result.phase][phase] === undefined) {
      throw new Error(`no way from phase ${this.result.phase} to ${phase}`);
    }
    this.result.phase = phase;
    this.mirror.state.metadata.set('phase', phase);
  }

  private resume(): Phase {
    const { metadata } = this.mirror.state;
    const phase = metadata.get('phase');
    const round = Number(metadata.get('round') ?? 0);
    if (this.options.rescan === false) {
      this.result.round = round;
      return 'glacier_restore';
    }
    if (isPhase(phase) && phase !== 'complete' && phase !== 'delete' && round > 0) {
      this.result.round = round;
      this.result.resumed = this.hasListed(round);
      // A round begun for some buckets is not finished by a run for others: listing what is listed costs nothing.
      return 'scan';
    }
    this.result.round = round + 1;
    this.mirror.state.transaction(() => {
      metadata.set('round', String(round + 1));
      metadata.set('round_started_at', new Date().toISOString());
      metadata.set('phase', 'scan');
      this.mirror.state.objects.retryFailed();
    });
    return 'scan';
  }

  /** False where the run that began the round came to nothing. */
  private hasListed(round: number): boolean {
    const { buckets } = this.mirror.state;
    return buckets.all().some(({ id, scanRound }) => scanRound === round || buckets.ranges(id).length > 0);
  }

  private async step(phase: Phase): Promise<Phase> {
    if (phase === 'scan') return this.scan();
    if (phase === 'glacier_restore') return this.restore();
    if (phase === 'sync') return this.sync();
    if (phase === 'glacier_wait') return this.wait();
    return this.verify();
  }

  private async scan(): Promise<Phase> {
    const { mirror, result } = this;
    const buckets = await this.listBuckets();
    mirror.progress.begin('scan');
    await new Scan(
      {
        ...{ state: mirror.state, names: mirror.names, clients: mirror.clients, signal: mirror.signal },
        concurrency: 8,
        round: result.round,
        onPage: (counts) => {
          for (const name of ['listed', 'added', 'changed', 'gone'] as const)
            result.scan[name] += counts[name];
          mirror.progress.add(counts.listed, 0);
        },
      },
      buckets,
    ).run();
    mirror.progress.end();
    return 'glacier_restore';
  }

  /** The account's buckets. Those no longer there are marked, on the word of a complete listing only. */
  private async listBuckets(): Promise<BucketRow[]> {
    const { clients, state, settings } = this.mirror;
    const there = new Set<string>();
    for await (const { name, createdAt } of clients.buckets()) {
      there.add(name);
      if (!settings.excludedBuckets.includes(name)) state.buckets.add(name, createdAt?.getTime() ?? null);
    }
    for (const bucket of state.buckets.all()) {
      if (!there.has(bucket.name) && bucket.goneAt === null)
        state.buckets.update(bucket.id, { goneAt: Date.now() });
    }
    for (const name of this.options.only ?? []) {
      if (!there.has(name))
        throw new ToolError(
          'NoSuchBucket',
          `there is no bucket ${name} in this account`,
          'see `info` for its buckets',
        );
    }
    return this.buckets();
  }

  /** Buckets this run works on. */
  private buckets(): BucketRow[] {
    const { state, settings } = this.mirror;
    return state.buckets
      .all()
      .filter(({ name, goneAt }) => goneAt === null && !settings.excludedBuckets.includes(name))
      .filter(({ name }) => this.options.only?.includes(name) ?? true);
  }

  private async restore(): Promise<Phase> {
    const { files, bytes } = this.count(['archived']);
    if (files > 0) {
      this.mirror.progress.begin('glacier restore', { files, bytes });
      let otherTier = false;
      await this.eachBucket(async (bucket) => {
        otherTier = (await requestRestores(this.mirror, bucket)) || otherTier;
      });
      if (otherTier && !this.saidOtherTier) {
        this.saidOtherTier = true;
        this.mirror.progress.message(
          'Deep Archive has no Expedited restores: its objects are asked for as Standard, ready within 12 hours',
        );
      }
      this.mirror.progress.end();
    }
    return 'sync';
  }

  private async sync(): Promise<Phase> {
    const total = this.count(['pending']);
    if (total.files > 0) this.mirror.progress.begin('sync', total);
    const before = this.count(['copied', 'verified']);
    await this.eachBucket(async (bucket) => void (await copyBucket(this.mirror, bucket)));
    const after = this.count(['copied', 'verified']);
    this.result.copied.files += after.files - before.files;
    this.result.copied.bytes += after.bytes - before.bytes;
    this.mirror.progress.end();
    return this.count(['archived', 'restoring']).files > 0 ? 'glacier_wait' : 'verify';
  }

  private async wait(): Promise<Phase> {
    const { progress, state, signal, settings } = this.mirror;
    for (let announced = false; !signal.aborted; announced = true) {
      await this.eachBucket((bucket) => pollRestores(this.mirror, bucket));
      if (this.count(['pending']).files > 0) return 'glacier_restore';
      const running = this.count(['restoring']).files;
      const owed = this.count(['archived']).files;
      if ((running === 0 && owed === 0) || !this.options.wait) return 'verify';
      const copied = this.count(['copied', 'verified']).files;
      if (owed > 0 && state.tallies.count(['restoring']).files < settings.maxRestores) {
        // Where nothing came of the last requests, asking again at once would only repeat that.
        if (copied === this.copiedAtLastRequest) await this.pause();
        this.copiedAtLastRequest = copied;
        return 'glacier_restore';
      }
      if (!announced)
        progress.message(`waiting for ${running} restores; Ctrl-C is safe, run it again to go on`);
      await this.pause();
    }
    return 'glacier_wait';
  }

  private async pause(): Promise<void> {
    await sleep(this.options.pollMs ?? POLL_MS, undefined, { signal: this.mirror.signal }).catch(
      () => undefined,
    );
  }

  private async verify(): Promise<Phase> {
    const due = this.buckets().filter(({ verifiedAt }) => verifiedAt === null);
    const total = due.map(({ id }) => this.mirror.state.tallies.count(['copied'], id));
    this.mirror.progress.begin('verify', {
      files: total.reduce((sum, { files }) => sum + files, 0),
      bytes: total.reduce((sum, { bytes }) => sum + bytes, 0),
    });
    for (const bucket of due) {
      if (this.mirror.signal.aborted) break;
      this.result.verified.push(await verifyBucket(this.mirror, bucket, 'new'));
    }
    this.mirror.progress.end();
    return 'complete';
  }

  private count(states: ObjectState[]): Count {
    const { tallies } = this.mirror.state;
    return sum(this.buckets().map(({ id }) => tallies.count(states, id)));
  }

  /** One bucket after the other. A bucket's own trouble is noted and the rest goes on. */
  private async eachBucket(work: (bucket: BucketRow) => Promise<void>): Promise<void> {
    for (const bucket of this.buckets()) {
      if (this.mirror.signal.aborted) return;
      try {
        await work(bucket);
        const listed = bucket.scanRound === this.result.round;
        if (bucket.error !== null && listed) this.mirror.state.buckets.update(bucket.id, { error: null });
      } catch (error) {
        const { code, message } = describeError(error);
        if (stopsTheRun(code)) throw error;
        this.mirror.state.buckets.update(bucket.id, { error: message });
        this.mirror.progress.message(`[ERROR] ${bucket.name}: ${message}`);
      }
    }
  }

  private sumUp(): void {
    this.result.failed = this.count(['failed']).files;
    this.result.archived = this.count(['archived', 'restoring']).files;
    this.result.bucketErrors = this.buckets()
      .filter(({ error }) => error !== null)
      .map(({ name, error }) => ({ bucket: name, error: error as string }));
  }
}
