import type { Writable } from 'node:stream';
import { Presets, SingleBar } from 'cli-progress';
import { bytesText } from './bytes-text.js';

/** Time between two lines without a terminal, milliseconds. */
const LINE_MS = 10_000;
const REPORT_MS = 2_000;

/** Shows the progress of a phase on stderr: a bar on a terminal, else a line every 10 seconds. */
export class Progress {
  private bar: SingleBar | undefined;
  private label = '';
  private total = { files: 0, bytes: 0 };
  private done = { files: 0, bytes: 0 };
  private startedAt = 0;
  private lastLine = 0;
  private lastReport = 0;

  /** @param report called with the rate now and then, for `mirror status` */
  constructor(
    private readonly stderr: Writable & { isTTY?: boolean },
    private readonly report: (progress: { seconds: number; files: number; bytes: number }) => void = () =>
      undefined,
  ) {}

  message(text: string): void {
    this.bar?.stop();
    this.stderr.write(`${text}\n`);
    if (this.bar) this.startBar();
  }

  /** @param total undefined if the total is unknown */
  begin(label: string, total?: { files: number; bytes: number }): void {
    this.end();
    this.label = label;
    this.total = total ?? { files: 0, bytes: 0 };
    this.done = { files: 0, bytes: 0 };
    this.startedAt = this.lastLine = this.lastReport = Date.now();
    if (this.stderr.isTTY) this.startBar();
  }

  add(files: number, bytes: number): void {
    this.done.files += files;
    this.done.bytes += bytes;
    const now = Date.now();
    if (now - this.lastReport >= REPORT_MS) {
      this.lastReport = now;
      this.report({ seconds: (now - this.startedAt) / 1_000, ...this.done });
    }
    if (this.bar) {
      this.bar.setTotal(Math.max(this.total.files, this.done.files));
      this.bar.update(this.done.files, { size: this.sizes(), rate: this.rate() });
    } else if (Date.now() - this.lastLine >= LINE_MS) {
      this.lastLine = Date.now();
      this.stderr.write(`${this.line()}\n`);
    }
  }

  /** Ends the phase; its last line stays. */
  end(): void {
    if (!this.label) return;
    this.bar?.stop();
    this.bar = undefined;
    if (!this.stderr.isTTY && this.done.files > 0) this.stderr.write(`${this.line()}\n`);
    this.label = '';
  }

  private startBar(): void {
    this.bar = new SingleBar(
      {
        stream: this.stderr,
        // Without a total there is no share of it to show.
        format:
          this.total.files > 0
            ? '{label} {bar} {percentage}% {value}/{total} {size} {rate} {eta_formatted} left'
            : '{label} {value} objects {rate}',
        hideCursor: true,
        etaBuffer: 1_000,
      },
      Presets.shades_classic,
    );
    this.bar.start(this.total.files, this.done.files, { label: this.label, size: this.sizes(), rate: '' });
  }

  private line(): string {
    const { files } = this.total;
    const of = files > 0 ? ` of ${files}` : '';
    return `${this.label}: ${this.done.files}${of} objects, ${this.sizes()}, ${this.rate()}`;
  }

  private sizes(): string {
    const { bytes } = this.total;
    return bytes > 0 ? `${bytesText(this.done.bytes)} of ${bytesText(bytes)}` : bytesText(this.done.bytes);
  }

  private rate(): string {
    const seconds = Math.max((Date.now() - this.startedAt) / 1_000, 0.001);
    return `${Math.round(this.done.files / seconds)}/s, ${bytesText(this.done.bytes / seconds)}/s`;
  }
}
