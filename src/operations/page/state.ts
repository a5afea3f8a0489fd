import { Inject, Injectable } from '@nestjs/common';
import pg from 'pg';
import { type Count, countOwed } from '../../certificates/lifecycle/count-owed.js';
import { Config } from '../../config/config.js';
import type { StorageBackends } from '../../storage/storage-backends.js';
import { STORAGE_BACKENDS } from '../../storage/storage.module.js';
import { withinTime } from '../time-limit.js';
import { countAway, countFiles, countMismatched, type FileCounts } from './file-counts.js';
import { lastSpotCheck, latestRuns, type RunRecord } from './run-records.js';
import { Shared } from './shared.js';

const PROBE_LIMIT_MS = 2_000;

export interface StoreState {
  mode: string;
  bucket: string | undefined;
  s3: 'none' | 'answers' | 'silent';
  /** Days in which every file should be checked. */
  days: number;
  files: FileCounts;
  /** Certificates of which a file has no local copy. */
  away: Count;
  owed: Count & { oldest: Date | null };
  mismatched: Count;
  spotCheck: RunRecord | undefined;
  asOf: Date;
}

/** What the operations page shows. However many look at it, each question is asked once at a time. */
@Injectable()
export class OperationsState {
  private readonly sharedStore = new Shared(() => this.askStore());
  private readonly sharedRuns = new Shared(() => latestRuns(this.pool));

  constructor(
    private readonly pool: pg.Pool,
    @Inject(STORAGE_BACKENDS) private readonly backends: StorageBackends,
    private readonly config: Config,
  ) {}

  store(): Promise<StoreState> {
    return this.sharedStore.get();
  }

  /** The latest runs, the newest first. */
  runs(): Promise<RunRecord[]> {
    return this.sharedRuns.get();
  }

  private async askStore(): Promise<StoreState> {
    const days = this.config.integrity.everyDays;
    const [files, away, owed, mismatched, spotCheck, s3] = [
      await countFiles(this.pool, days),
      await countAway(this.pool),
      await countOwed(this.pool),
      await countMismatched(this.pool),
      await lastSpotCheck(this.pool),
      await this.askS3(),
    ];
    const { mode, s3: bucket } = this.config.storage;
    return {
      mode,
      bucket: bucket?.bucket,
      s3,
      days,
      files,
      away,
      owed,
      mismatched,
      spotCheck,
      asOf: new Date(),
    };
  }

  private async askS3(): Promise<StoreState['s3']> {
    const { s3 } = this.backends;
    if (!s3) return 'none';
    // Why it does not answer is in the log of the storage, and what readiness tells.
    return withinTime(s3.probe(), PROBE_LIMIT_MS).then(
      () => 'answers' as const,
      () => 'silent' as const,
    );
  }
}
