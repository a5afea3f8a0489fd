import type { Database } from './database.js';
import type { ObjectState } from './object-states.js';

export interface Tally {
  bucketId: number;
  state: ObjectState;
  storageClass: string;
  proof: string;
  latest: boolean;
  files: number;
  bytes: number;
}

export interface Count {
  files: number;
  bytes: number;
}

/** Counts by bucket, state, class and proof, kept by the state file's own triggers. */
export class Tallies {
  constructor(private readonly database: Database) {}

  of(bucketId?: number): Tally[] {
    const where = bucketId === undefined ? '' : 'AND bucket_id = ?';
    return this.database
      .prepare(`SELECT * FROM tallies WHERE files > 0 ${where}`)
      .all(bucketId === undefined ? [] : [bucketId])
      .map((raw) => {
        const row = raw as Record<string, string | number>;
        return {
          bucketId: row.bucket_id as number,
          state: row.state as ObjectState,
          storageClass: row.storage_class as string,
          proof: row.proof as string,
          latest: row.latest === 1,
          files: row.files as number,
          bytes: row.bytes as number,
        };
      });
  }

  /** Objects of a bucket (or of all) in any of these states. */
  count(states: readonly ObjectState[], bucketId?: number): Count {
    return sum(this.of(bucketId).filter((tally) => states.includes(tally.state)));
  }
}

export function sum(tallies: Count[]): Count {
  return tallies.reduce(
    (total, { files, bytes }) => ({ files: total.files + files, bytes: total.bytes + bytes }),
    { files: 0, bytes: 0 },
  );
}
