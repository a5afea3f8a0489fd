import type { Writable } from 'node:stream';

/**
 * Results on stdout, everything else on stderr. With `--json` stdout is one JSON document and nothing more, so a
 * command calls {@link Output.result} exactly once.
 */
export class Output {
  constructor(
    private readonly stdout: Writable,
    private readonly stderr: Writable,
    readonly json: boolean,
  ) {}

  /** Progress, warnings, and whatever a person wants to know on the way. */
  message(text: string): void {
    this.stderr.write(`${text}\n`);
  }

  /**
   * @param document what `--json` prints
   * @param text the same for people; called only without `--json`
   */
  result(document: unknown, text: () => string): void {
    this.stdout.write(this.json ? `${JSON.stringify(document, null, 2)}\n` : `${text()}\n`);
  }
}

/** Left-aligned columns as wide as their widest cell. */
export function table(head: string[], rows: string[][]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
