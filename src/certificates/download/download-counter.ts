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
  private waiting = new Map<string, number>();
  private writing: Promise<void> | null = null;

  constructor(private readonly pool: pg.Pool) {}

  count(certificateId: string): void {
    this.waiting.set(certificateId, (this.waiting.get(certificateId) ?? 0) + 1);
    this.writing ??= this.writeAll();
  }

  /** Resolves when everything counted so far is in the database. */
  async settled(): Promise<void> {
    while (this.writing) await this.writing;
  }

  async onModuleDestroy(): Promise<void> {
    await this.settled();
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.size > 0) {
      const counts = this.waiting;
      this.waiting = new Map();
      try {
        await this.write(counts);
      } catch (error) {
        // The file was served; losing a count must not fail the next download.
        this.logger.error({ msg: 'downloads not counted', certificates: counts.size, err: error });
      }
      if (this.waiting.size > 0) await sleep(PAUSE_MS);
    }
    this.writing = null;
  }

  private async write(counts: Map<string, number>): Promise<void> {
    await this.pool.query({ ...ADD, values: [[...counts.keys()], [...counts.values()]] });
  }
}
