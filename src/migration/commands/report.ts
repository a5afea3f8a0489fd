import { ATTEMPTS, type Ending } from '../engine/run-task.js';
import type { Failure } from '../engine/settled.js';
import type { Item, TaskName } from '../engine/task.js';
import type { Recorded } from '../runs/run-journal.js';
import { linesOf, retryLine } from '../runs/log-lines.js';
import type { LogFile } from '../runs/log-file.js';
import { type Figures, Progress, handledOf } from './progress.js';
import { VERBS } from '../runs/verbs.js';

export interface RunError {
  certificate_id: string | null;
  key: string;
  code: string;
  detail: string;
  attempts: number;
}

/** Failures that `--json` and the summary list; the database has all of them. */
export const MOST_ERRORS = 100_000;

export interface ReportOptions {
  task: TaskName;
  runId: string;
  dryRun: boolean;
  json: boolean;
  total: number;
  /** More figures of the task, as they are at the end. */
  figures?: object | undefined;
}

/**
 * Reports what happens to the operator: every file in the log, progress on standard error, the summary or the JSON
 * document on standard output. Without a terminal every file's line is printed, too.
 */
export class Report {
  readonly figures: Figures;
  readonly #errors: RunError[] = [];
  readonly #byCode = new Map<string, number>();
  readonly #progress: Progress;
  readonly #begun = performance.now();

  constructor(
    private readonly options: ReportOptions,
    private readonly log: LogFile,
  ) {
    this.figures = { total: options.total, done: 0, skipped: 0, failed: 0, bytes: 0 };
    this.#progress = new Progress(`${options.task}:certs`, this.figures);
  }

  async tell(recorded: Recorded[]): Promise<void> {
    const { task, dryRun, runId, json } = this.options;
    const lines = linesOf(recorded, task, dryRun);
    for (const one of recorded) this.#count(one);
    const plain = !json && !process.stderr.isTTY;
    if (plain) process.stdout.write(lines.map((line) => `${line}\n`).join(''));
    else recorded.forEach((one, at) => one.kind === 'failed' && this.#progress.print(lines[at] ?? ''));
    this.#progress.update();
    await this.log.write(runId, lines);
  }

  retry(item: Item, failure: Failure, attempt: number): void {
    const line = retryLine(item, failure, attempt, ATTEMPTS);
    this.#progress.print(line);
    this.log.write(this.options.runId, [line]).catch((error: unknown) => {
      this.#progress.print(`the log can't be written: ${(error as Error).message}`);
    });
  }

  /** Adopts figures that others count. */
  follow(figures: Omit<Figures, 'total'>): void {
    Object.assign(this.figures, figures);
    this.#progress.update();
  }

  /** For the summary and the document. */
  addErrors(errors: RunError[]): void {
    for (const error of errors) {
      this.#byCode.set(error.code, (this.#byCode.get(error.code) ?? 0) + 1);
      if (this.#errors.length < MOST_ERRORS) this.#errors.push(error);
    }
  }

  /** Ends the progress and prints how it went. */
  end(ending: Ending): void {
    // A finished run has handled everything, whatever was counted before it started.
    const handled = handledOf(this.figures);
    this.figures.total = ending.state === 'finished' ? handled : Math.max(this.figures.total, handled);
    this.#progress.stop();
    const out = this.options.json ? `${JSON.stringify(this.document(), null, 2)}\n` : this.#summary(ending);
    process.stdout.write(out);
    if (ending.state === 'failed') process.stderr.write(`The run ended early: ${ending.reason}\n`);
  }

  document(): Record<string, unknown> {
    const { task, runId, dryRun } = this.options;
    const { total, done, skipped, failed, bytes } = this.figures;
    return {
      run_id: runId,
      dry_run: dryRun,
      total,
      [VERBS[task]]: done,
      skipped,
      failed,
      bytes,
      duration_ms: Math.round(performance.now() - this.#begun),
      ...this.options.figures,
      errors: this.#errors,
    };
  }

  #count(recorded: Recorded): void {
    this.figures[recorded.kind] += 1;
    if (recorded.kind === 'done') this.figures.bytes += recorded.item.size;
    if (recorded.kind !== 'failed') return;
    const { item, failure, attempts } = recorded;
    const { code, detail } = failure;
    this.addErrors([{ certificate_id: item.certificateId, key: item.key, code, detail, attempts }]);
  }

  #summary(ending: Ending): string {
    const { task, runId, dryRun } = this.options;
    const { total, done, skipped, failed, bytes } = this.figures;
    const title = task === 'migrate' ? 'MIGRATION' : task.toUpperCase();
    const verb = VERBS[task];
    const rows: [string, string][] = [
      ['Total', String(total)],
      [verb.charAt(0).toUpperCase() + verb.slice(1), String(done)],
      ['Skipped', String(skipped)],
      ['Failed', String(failed)],
      ['Errors', this.#codes()],
      ['Bytes', String(bytes)],
      ...Object.entries(this.options.figures ?? {}).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]),
      ['Run', `${runId}${dryRun ? ' (dry run: nothing was written)' : ''}`],
    ];
    if (ending.state !== 'finished') {
      const left = total - handledOf(this.figures);
      const first = ending.state === 'failed' ? 'fix the cause below, then ' : '';
      rows.push(['Ended', `${ending.state}; ${left} not handled, ${first}run it again to continue`]);
    }
    const heading = `${title} SUMMARY`;
    const lines = rows.map(([name, value]) => `${`${name}:`.padEnd(10)} ${value}`);
    return `\n${heading}\n${'='.repeat(heading.length)}\n${lines.join('\n')}\n`;
  }

  #codes(): string {
    const codes = [...this.#byCode].sort().map(([code, count]) => `${code} ${count}`);
    return codes.length > 0 ? codes.join(', ') : 'none';
  }
}
