import type { Failure } from './settled.js';

/** Files in a row that a store may refuse before it is checked whether it is there at all. */
const ASK_AFTER = 3;
/** Files in a row after which the run ends, whatever the check of the store says. */
const STOP_AFTER = 100;

/** Distinguishes a store in trouble from files in trouble, so that a run does not report ten million failed files. */
export class OutageWatch {
  #inARow = 0;

  constructor(private readonly probe: () => Promise<void>) {}

  succeeded(): void {
    this.#inARow = 0;
  }

  /** @returns why the run should end, or undefined if it may continue */
  async failed(failure: Failure): Promise<string | undefined> {
    if (!failure.outage) {
      this.succeeded();
      return undefined;
    }
    this.#inARow += 1;
    if (this.#inARow >= STOP_AFTER) return failure.detail;
    if (this.#inARow < ASK_AFTER) return undefined;
    try {
      await this.probe();
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }
}
