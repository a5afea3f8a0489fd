import type { Settled } from './settled.js';
import type { Item } from './task.js';

/** Makes outcomes durable, and reports them only then. */
export interface Journal<I extends Item, Change> {
  /** One transaction. @throws if nothing, or possibly not everything, was written */
  write(group: Settled<I, Change>[]): Promise<void>;
}

const GROUP = 200;
/** Longest time that an outcome waits to be written, milliseconds. */
const EVERY_MS = 500;
/** Outcomes that may wait while one group is being written. */
const MOST_WAITING = 4 * GROUP;

/** Gathers outcomes and writes them in groups, one group at a time. */
export class Checkpoints<I extends Item, Change> {
  #waiting: Settled<I, Change>[] = [];
  #writing: Promise<void> | undefined;
  readonly #broken = new AbortController();
  readonly #timer = setInterval(() => this.#write(), EVERY_MS);

  constructor(private readonly journal: Journal<I, Change>) {}

  /** Aborted, with the error as its reason, once a group could not be written. */
  get broken(): AbortSignal {
    return this.#broken.signal;
  }

  /** Resolves when the outcome is queued; that takes long if writing is slower than the work. */
  async add(settled: Settled<I, Change>): Promise<void> {
    this.#waiting.push(settled);
    if (this.#waiting.length >= GROUP) this.#write();
    while (this.#waiting.length >= MOST_WAITING && this.#writing && !this.broken.aborted) await this.#writing;
  }

  /** Writes what is left. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    do {
      await this.#writing;
      this.#write();
    } while (this.#writing);
  }

  #write(): void {
    if (this.#writing || this.#waiting.length === 0 || this.broken.aborted) return;
    const group = this.#waiting;
    this.#waiting = [];
    this.#writing = this.journal
      .write(group)
      .catch((error: unknown) => this.#broken.abort(error))
      .finally(() => (this.#writing = undefined));
  }
}
