import type { Database } from './database.js';

/** Which ranges of large objects are in their partial files. */
export class FetchedRanges {
  constructor(private readonly database: Database) {}

  /** Starts of the ranges of this size that are there. Ranges of another size count for nothing. */
  of(partial: string, partSize: number): Set<number> {
    const rows = this.database
      .prepare('SELECT start FROM fetched_ranges WHERE partial = ? AND part_size = ?')
      .all([partial, partSize]) as { start: number }[];
    return new Set(rows.map(({ start }) => start));
  }

  add(partial: string, partSize: number, start: number): void {
    this.database
      .prepare('INSERT INTO fetched_ranges VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
      .run([partial, partSize, start]);
  }

  clear(partial: string): void {
    this.database.prepare('DELETE FROM fetched_ranges WHERE partial = ?').run([partial]);
  }

  /** Partial files that ranges are remembered of. */
  partials(): string[] {
    const rows = this.database.prepare('SELECT DISTINCT partial FROM fetched_ranges').all([]) as {
      partial: string;
    }[];
    return rows.map(({ partial }) => partial);
  }
}
