import { Injectable, Logger } from '@nestjs/common';
import { PrismaService } from '../../database/prisma.service.js';
import { Storage } from '../../storage/storage.js';
import { parseKey } from '../../storage/storage-key.js';

/** Far longer than placing two files can take with all retries and time limits, milliseconds. */
const SWEEP_AFTER_MS = 30 * 60_000;

export interface SweepResult {
  removed: number;
  failed: number;
}

/** Clears what a crash left behind: files that were placed but never became a certificate, and writes cut short. */
@Injectable()
export class SweepService {
  private readonly logger = new Logger(SweepService.name);

  constructor(
    private readonly prisma: PrismaService,
    private readonly storage: Storage,
  ) {}

  /**
   * Removes what is older than this, milliseconds. A file that can't be removed now keeps its note for next time.
   * @throws the signal's reason once it aborts: an outage leaves thousands of notes
   */
  async sweep(olderThanMs = SWEEP_AFTER_MS, signal?: AbortSignal): Promise<SweepResult> {
    const before = await this.#databaseTime(olderThanMs);
    const result: SweepResult = { removed: 0, failed: 0 };
    let after = '';
    for (;;) {
      const pending = await this.prisma.pendingFile.findMany({
        where: { createdAt: { lt: before }, key: { gt: after } },
        orderBy: { key: 'asc' },
        take: 100,
      });
      for (const { key } of pending) {
        signal?.throwIfAborted();
        const removed = await this.removeOne(key);
        if (removed === true) result.removed++;
        else if (removed === false) result.failed++;
      }
      const last = pending.at(-1);
      if (!last) break;
      after = last.key;
    }
    result.removed += await this.storage.sweep(new Date(Date.now() - olderThanMs));
    return result;
  }

  /** Notes are dated by the database's clock: another process, whose clock may differ, can have made them. */
  async #databaseTime(agoMs: number): Promise<Date> {
    const [row] = await this.prisma.$queryRaw<[{ time: Date }]>`
      SELECT now() - ${agoMs} * interval '1 millisecond' AS time`;
    return row.time;
  }

  /**
   * Holds the note's row lock while it removes the file: an issue that is still alive waits for the lock when it
   * commits, finds its note gone and gives up; one that committed first leaves no note to find.
   * @returns undefined if the note was gone or another sweep holds it
   */
  private async removeOne(key: string): Promise<boolean | undefined> {
    try {
      return await this.prisma.$transaction(
        async (tx) => {
          const locked = await tx.$queryRaw<unknown[]>`
            SELECT 1 FROM pending_files WHERE key = ${key} FOR UPDATE SKIP LOCKED`;
          if (locked.length === 0) return undefined;
          await this.storage.remove(parseKey(key));
          await tx.pendingFile.delete({ where: { key } });
          return true;
        },
        { maxWait: 15_000, timeout: 120_000 },
      );
    } catch (error) {
      this.logger.warn({
        msg: 'an unused file could not be removed; the next sweep will try again',
        key,
        err: error,
      });
      return false;
    }
  }
}
