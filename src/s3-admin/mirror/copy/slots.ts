/**
 * How many requests may run at once. Halved when the server says that it is too many, and raised by one as requests
 * succeed.
 */
export class Slots {
  private limit: number;
  private taken = 0;
  private successes = 0;
  private lastSlowDown = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly most: number) {
    this.limit = most;
  }

  get currentLimit(): number {
    return this.limit;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.taken >= this.limit) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.taken++;
    try {
      return await work();
    } finally {
      this.release();
    }
  }

  succeeded(): void {
    if (this.limit === this.most || ++this.successes < this.limit) return;
    this.successes = 0;
    this.limit++;
    this.admit();
  }

  /** Answers to requests sent before the last halving say nothing new. */
  slowDown(sentAt: number): void {
    if (sentAt < this.lastSlowDown) return;
    this.lastSlowDown = Date.now();
    this.successes = 0;
    this.limit = Math.max(1, Math.floor(this.limit / 2));
  }

  private release(): void {
    this.taken--;
    this.admit();
  }

  private admit(): void {
    while (this.taken < this.limit && this.waiting.length > 0) {
      this.taken++;
      this.waiting.shift()?.();
    }
  }
}
