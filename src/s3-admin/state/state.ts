import { Buckets } from './buckets.js';
import { type Database, openState } from './database.js';
import { FetchedRanges } from './fetched-ranges.js';
import { Metadata } from './metadata.js';
import { Objects } from './objects.js';
import { Spellings } from './spellings.js';
import { Tallies } from './tallies.js';

/** The state file of a mirror: what is where, and how that is known. */
export class State {
  readonly metadata: Metadata;
  readonly buckets: Buckets;
  readonly objects: Objects;
  readonly tallies: Tallies;
  readonly fetchedRanges: FetchedRanges;
  readonly spellings: Spellings;

  private constructor(private readonly database: Database) {
    this.metadata = new Metadata(database);
    this.buckets = new Buckets(database);
    this.objects = new Objects(database);
    this.tallies = new Tallies(database);
    this.fetchedRanges = new FetchedRanges(database);
    this.spellings = new Spellings(database);
  }

  static open(path: string, options: { mustExist?: boolean } = {}): State {
    return new State(openState(path, options));
  }

  transaction<T>(work: () => T): T {
    return this.database.transaction(work);
  }

  close(): void {
    this.database.close();
  }
}
