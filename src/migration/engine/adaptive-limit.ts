/** Shortest time between two reductions, milliseconds: requests already under way all report the same moment. */
const CALM_MS = 1_000;

/**
 * How much may be in flight: halved when the store asks to slow down, and raised by one for each successful round
 * (additive increase, multiplicative decrease, as TCP does it), up to what the operator allows.
 */
export class AdaptiveLimit {
  #allowed: number;
  #inFlight = 0;
  #reducedAt = -Infinity;
  readonly #waiting: (() => void)[] = [];

  constructor(
    readonly most: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#allowed = most;
  }

  /** The present limit. */
  get allowed(): number {
    return Math.floor(this.#allowed);
  }

  /** Resolves when there is room; the caller then has a place until {@link leave}. */
  async enter(): Promise<void> {
    while (this.#inFlight >= this.allowed) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#inFlight += 1;
  }

  leave(): void {
    this.#inFlight -= 1;
    this.#waiting.shift()?.();
  }

  succeeded(): void {
    const before = this.allowed;
    this.#allowed = Math.min(this.most, this.#allowed + 1 / this.#allowed);
    if (this.allowed > before) this.#waiting.shift()?.();
  }

  throttled(): void {
    if (this.now() - this.#reducedAt < CALM_MS) return;
    this.#reducedAt = this.now();
    this.#allowed = Math.max(1, this.#allowed / 2);
  }
}
