/** Kept at least so long, milliseconds, and at most so long. */
const LEAST_MS = 1_000;
const MOST_MS = 60_000;
/** An answer is kept for this many times what it cost: however dear, asking takes a twentieth of the time. */
const TIMES_ITS_COST = 20;

/** The answer to one question for all who ask: asked once at a time, and kept the longer the more it cost. */
export class Shared<T> {
  #asking: Promise<T> | undefined;
  #goodUntil = 0;

  constructor(private readonly ask: () => Promise<T>) {}

  /** A failure is not kept. */
  get(): Promise<T> {
    if (!this.#asking || performance.now() > this.#goodUntil) {
      this.#goodUntil = Infinity;
      const begun = performance.now();
      this.#asking = this.ask().then(
        (answer) => {
          const cost = performance.now() - begun;
          this.#goodUntil = performance.now() + Math.min(MOST_MS, Math.max(LEAST_MS, cost * TIMES_ITS_COST));
          return answer;
        },
        (error: unknown) => {
          this.#goodUntil = 0;
          throw error;
        },
      );
    }
    return this.#asking;
  }
}
