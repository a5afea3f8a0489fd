import { rmSync } from 'node:fs';
import { setImmediate as othersTurn } from 'node:timers/promises';
import type { BucketRow } from '../../state/buckets.js';
import { assertSpace } from '../disk-space.js';
import type { Mirror } from '../mirror.js';
import type { Arrival, Placed } from './arrival.js';
import { makeDurable } from './durable.js';
import { asError, kindOf } from './failures.js';
import { Placing } from './placing.js';
import { record, recordFailure } from './record.js';

/** A batch leaves when it has this many files, or the time has passed. */
const BATCH_FILES = 1_000;
const BATCH_MS = 1_000;
/** This many are placed or recorded before bytes that arrived meanwhile are handled. */
const TURN = 32;

/**
 * Puts fetched files in their places, many at once. The order matters: bytes durable, then read back and compared, then
 * renamed, then the names durable, then the state. A crash before the last step leaves objects to be copied whose file
 * is there; the next run compares that file with S3's value and accepts it.
 */
export class Landing {
  private batch: Arrival[] = [];
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> = Promise.resolve();
  private failure: Error | undefined;

  constructor(
    private readonly mirror: Mirror,
    private readonly bucket: BucketRow,
    private readonly folder: string,
  ) {}

  /** @throws what stopped an earlier batch */
  async add(arrival: Arrival): Promise<void> {
    this.batch.push(arrival);
    this.timer ??= setTimeout(() => this.leave(), BATCH_MS);
    if (this.batch.length >= BATCH_FILES) {
      this.leave();
      await this.working;
    }
    if (this.failure) throw this.failure;
  }

  async close(): Promise<void> {
    this.leave();
    await this.working;
    if (this.failure) throw this.failure;
  }

  private leave(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const batch = this.batch;
    this.batch = [];
    if (batch.length === 0) return;
    this.working = this.working
      .then(() => this.place(batch))
      .catch((error: unknown) => {
        this.failure ??= asError(error);
      });
  }

  private async place(batch: Arrival[]): Promise<void> {
    if (this.failure) return;
    const { root } = this.mirror.settings;
    await assertSpace(this.mirror, 0);
    await makeDurable(
      batch.map(({ fetched }) => fetched.file),
      root,
    );
    const placing = new Placing(this.mirror, this.bucket, this.folder);
    const placed: Placed[] = [];
    for (const some of inTurns(batch)) {
      const these = await Promise.all(some.map((arrival) => this.placeOne(placing, arrival)));
      placed.push(...these.filter((one) => one !== undefined));
      await othersTurn();
    }
    await makeDurable(placing.changedFolders, root);
    for (const some of inTurns(placed)) {
      record(this.mirror, some);
      await othersTurn();
    }
  }

  /** @returns undefined where it failed, which its row says then */
  private async placeOne(placing: Placing, arrival: Arrival): Promise<Placed | undefined> {
    try {
      return await placing.place(arrival);
    } catch (thrown) {
      const error = this.mirror.work.gone() ?? thrown;
      if (kindOf(error) === 'stop') throw error;
      if (!arrival.inPlace) rmSync(arrival.fetched.file, { force: true });
      recordFailure(this.mirror, this.bucket, arrival.row, error);
      return undefined;
    }
  }
}

function* inTurns<T>(items: T[]): Generator<T[]> {
  for (let i = 0; i < items.length; i += TURN) yield items.slice(i, i + TURN);
}
