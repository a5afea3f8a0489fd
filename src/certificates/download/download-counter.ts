import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import pg from 'pg';

/** Between one statement and the next, milliseconds: in a rush the database should find downloads, not count them. */
const PAUSE_MS = 100;

/** In order of id, so that two processes counting the same certificates never deadlock. */
const ADD = {
  name: 'download-count',
  text: `
    UPDATE certificates AS c
    SET download_count = c.download_count + n.count, downloaded_at = COALESCE(c.downloaded_at, now())
    FROM (SELECT * FROM unnest($1::uuid[], $2::int[]) AS t(id, count) ORDER BY id) AS n
    WHERE c.id = n.id`,
};

/**
 * Counts downloads by group commit: one statement runs at a time, and whatever is downloaded meanwhile goes into
 * the next one. A lone download is counted at once; a rush costs one write per round trip instead of one per download.
 */
@Injectable()
export class DownloadCounter implements OnModuleDestroy {
  private readonly logger = new Logger(DownloadCounter.name);
  /** What the next statement counts; null while nothing waits. */
  private waiting: Map<string, number> | null = null;
  /** Resolves when all that was counted is in the database. */
  private written: Promise<void> = Promise.resolve();
  /** Resolves when the next statement may run. */
  private free: Promise<unknown> = Promise.resolve();

  constructor(private readonly pool: pg.Pool) {}

  count(certificateId: string): void {
    this.waiting ??= this.nextStatement();
    this.waiting.set(certificateId, (this.waiting.get(certificateId) ?? 0) + 1);
  }

  /** Resolves when everything counted so far is in the database; a rush that goes on does not hold it up. */
  settled(): Promise<void> {
    return this.written;
  }

  async onModuleDestroy(): Promise<void> {
    await this.settled();
  }

  /** @returns where to count what it will write */
  private nextStatement(): Map<string, number> {
    const counts = new Map<string, number>();
    this.written = this.free.then(() => {
      this.waiting = null;
      return this.write(counts);
    });
    this.free = this.written.then(() => this.waiting && sleep(PAUSE_MS));
    return counts;
  }

  private async write(counts: Map<string, number>): Promise<void> {
    try {
      await this.pool.query({ ...ADD, values: [[...counts.keys()], [...counts.values()]] });
    } catch (error) {
      // The file was served; losing a count must not fail the next download.
      this.logger.error({ msg: 'downloads not counted', certificates: counts.size, err: error });
    }
  }
}
