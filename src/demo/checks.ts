/** What the demonstration claims, and whether each claim held. */
export class Checks {
  private readonly failed: string[] = [];
  private held = 0;

  expect(claim: string, holds: boolean): void {
    if (holds) this.held++;
    else this.failed.push(claim);
  }

  get allHeld(): boolean {
    return this.failed.length === 0;
  }

  report(): string {
    const summary = `${this.held} of ${this.held + this.failed.length} checks held`;
    return [summary, ...this.failed.map((claim) => `  failed: ${claim}`)].join('\n');
  }
}
