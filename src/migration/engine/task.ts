import type pg from 'pg';

/** What a run processes, one by one. */
export interface Item {
  /** Unique, and the order of the run; usually the key of a file. */
  key: string;
  certificateId: string | null;
  /** Bytes. */
  size: number;
}

export type Outcome<Change> =
  /** Done, once `change` is written. @see Task.commit */
  { kind: 'done'; change: Change; note?: string } | { kind: 'skipped'; reason: string };

export interface Done<I extends Item, Change> {
  item: I;
  change: Change;
}

/** One kind of work on many items. The engine knows nothing else about it. */
export interface Task<I extends Item = Item, Change = unknown> {
  readonly name: TaskName;

  /** What the task counts besides done, skipped and failed; shown at the end. */
  readonly figures?: object;

  /** Items that {@link page} will give, for the progress; the run itself does not rely on it. */
  count(): Promise<number>;

  /** Asked once, before a run that has items. @throws RefusedError or StorageError if none of them could be done */
  ready?(): Promise<void>;

  /** The next items after this key, in ascending order of their keys; fewer than `limit` only where no more follow. */
  page(after: string, limit: number): Promise<I[]>;

  /**
   * Processes one item. May be called again for the same item, even by another process at the same time.
   * @throws StorageError what is `retryable` is tried again, everything else is a failure of this item
   * @throws ItemFailure with a code of the task's own
   */
  process(item: I): Promise<Outcome<Change>>;

  /**
   * Writes what was done, by compare-and-set, in the transaction that also counts it. Never called in a dry run.
   * @returns the keys whose row was still as it had been read; the others count as {@link unwritten}
   */
  commit(tx: pg.PoolClient, done: Done<I, Change>[]): Promise<Set<string>>;

  /** What becomes of items that {@link commit} could not write. Without it they are skipped: somebody else did them. */
  readonly unwritten?: ItemFailure;

  /** Throws if the store that the task writes to or reads from can't be used at all. */
  probe(): Promise<void>;
}

export type TaskName = 'migrate' | 'validate' | 'restore' | 'retire' | 'import' | 'erase';

/** An item that can't be done, for a reason that another try would not change. */
export class ItemFailure extends Error {
  override readonly name = 'ItemFailure';

  /** @param code stable, for scripts @param message for people; holds no personal data */
  constructor(
    readonly code: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
