import type { StorageError } from '../storage.errors.js';

export interface CircuitTiming {
  /** Failed calls in a row that open it. */
  failures: number;
  /** Wait before the first probe whether the store is back, milliseconds; doubles with each further one. */
  firstWaitMs: number;
  longestWaitMs: number;
  /** Age at which the last answer from the store counts as stale, milliseconds. */
  staleMs: number;
}

const TIMING: CircuitTiming = { failures: 3, firstWaitMs: 1_000, longestWaitMs: 30_000, staleMs: 10_000 };

/**
 * Whether a store is known to be down.
 *
 * | state | event | then | because |
 * |---|---|---|---|
 * | closed | enough calls in a row fail | open | the next ones would, too |
 * | closed | a question fails | open | it is made for nothing else, and was retried |
 * | open | the wait is over | open, one question under way (half-open) | nobody else should pay for finding out |
 * | open | the question fails | open, the wait doubles | don't press a store in trouble |
 * | open | the question, or a call from before, succeeds | closed | it is back |
 */
export class Circuit {
  /** What opened it; undefined while it is closed. */
  failure: StorageError | undefined;
  readonly #ask: () => Promise<StorageError | undefined>;
  readonly #report: (state: 'open' | 'closed', error?: StorageError) => void;
  readonly #timing: CircuitTiming;
  #inARow = 0;
  #waitMs = 0;
  #heardAt = performance.now();
  #asking = false;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param ask resolves with what keeps the store from being used, or undefined; never rejects */
  constructor(
    ask: () => Promise<StorageError | undefined>,
    report: (state: 'open' | 'closed', error?: StorageError) => void,
    timing: CircuitTiming = TIMING,
  ) {
    this.#ask = ask;
    this.#report = report;
    this.#timing = timing;
  }

  succeeded(): void {
    this.#heardAt = performance.now();
    this.#inARow = 0;
    if (this.failure === undefined) return;
    clearTimeout(this.#timer);
    this.failure = undefined;
    this.#report('closed');
  }

  failed(error: StorageError): void {
    this.#inARow += 1;
    if (this.#inARow >= this.#timing.failures) this.open(error);
  }

  open(error: StorageError): void {
    this.#heardAt = performance.now();
    if (this.failure !== undefined || this.#stopped) return;
    this.failure = error;
    this.#waitMs = this.#timing.firstWaitMs;
    this.#report('open', error);
    this.#askLater();
  }

  /** Asks in the background where the last word is old. */
  askIfStale(): void {
    const stale = performance.now() - this.#heardAt > this.#timing.staleMs;
    if (stale && this.failure === undefined) void this.#askNow();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #askLater(): void {
    const jitter = 0.5 + Math.random() / 2;
    this.#timer = setTimeout(() => void this.#askNow(), this.#waitMs * jitter).unref();
    this.#waitMs = Math.min(this.#waitMs * 2, this.#timing.longestWaitMs);
  }

  async #askNow(): Promise<void> {
    if (this.#asking || this.#stopped) return;
    this.#asking = true;
    const error = await this.#ask();
    this.#asking = false;
    if (!error) this.succeeded();
    else if (this.failure === undefined) this.open(error);
    else if (!this.#stopped) this.#askLater();
  }
}
