import type { Failure } from './settled.js';

/** Files in a row that a store may refuse before it is asked whether it is there at all. */
const ASK_AFTER = 3;
/** Files in a row after which the run ends whatever the store says of itself. */
const STOP_AFTER = 100;

/** Tells a store in trouble from files in trouble, so that a run does not declare ten million files failed. */
export class OutageWatch {
  #inARow = 0;

  constructor(private readonly probe: () => Promise<void>) {}

  succeeded(): void {
    this.#inARow = 0;
  }

  /** @returns why the run should end, or undefined where it may go on */
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
