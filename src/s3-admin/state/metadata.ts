import type { Database } from './database.js';

/** Facts about the whole mirror. */
export interface MetadataValues {
  /** Where the copies lie, absolute. */
  root: string;
  /** What `.mirror/id` there says: an empty mount point is not that folder. */
  root_id: string;
  /** `native` or `portable`: how names are written below the root. */
  names: string;
  /** Round under way or, once complete, the last one. */
  round: string;
  /** Phase the round is in. */
  phase: string;
  round_started_at: string;
  /** Endpoint and account of the buckets, so that one file never mixes two. */
  source: string;
  account: string;
  /** Bytes and files copied in this round up to the last report, with its time: for the rate in `mirror status`. */
  progress: string;
}

export class Metadata {
  constructor(private readonly database: Database) {}

  get(name: keyof MetadataValues): string | undefined {
    const row = this.database.prepare('SELECT value FROM metadata WHERE name = ?').get([name]);
    return (row as { value: string } | undefined)?.value;
  }

  set(name: keyof MetadataValues, value: string): void {
    this.database
      .prepare('INSERT INTO metadata VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value')
      .run([name, value]);
  }
}
