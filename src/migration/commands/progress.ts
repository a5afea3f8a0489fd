import { SingleBar } from 'cli-progress';

export interface Figures {
  total: number;
  done: number;
  skipped: number;
  failed: number;
  /** Of the files done. */
  bytes: number;
}

/** The bar lets nothing wrap, and where it began is where the cursor goes when it ends: below the lines printed meanwhile. */
const BAR_AWAY = '\r\x1b[K\x1b[?7h';
const BAR_HERE = '\x1b[?7l\x1b7';
/** How often progress shows where there is no terminal, milliseconds. */
const LINE_EVERY_MS = 10_000;

/** Shows how far a run is, on standard error: a bar on a terminal, else a line every 10 s. */
export class Progress {
  readonly #begun = performance.now();
  readonly #bar: SingleBar | undefined;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly name: string,
    private readonly figures: Figures,
    private readonly out: NodeJS.WriteStream = process.stderr,
  ) {
    if (out.isTTY) {
      this.#bar = new SingleBar({
        // What matters most comes first: where the terminal ends, so does the line.
        format: `${name} [{bar}] {percentage}% {value}/{total}, {left} left, {rate} files/s, {mb} MB, {mbRate} MB/s`,
        barsize: 20,
        stream: out,
        fps: 5,
        hideCursor: null,
        clearOnComplete: false,
        gracefulExit: false,
      });
      this.#bar.start(figures.total, 0, this.#numbers());
    } else {
      this.#timer = setInterval(() => this.out.write(`${this.#line()}\n`), LINE_EVERY_MS);
    }
  }

  update(): void {
    if (!this.#bar) return;
    this.#bar.setTotal(this.#total());
    this.#bar.update(handledOf(this.figures), this.#numbers());
  }

  /** A line of its own, above the bar where there is one. */
  print(line: string): void {
    this.out.write(this.#bar ? `${BAR_AWAY}${line}\n${BAR_HERE}` : `${line}\n`);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.update();
    this.#bar?.stop();
  }

  #line(): string {
    const { rate, mb, mbRate, left } = this.#numbers();
    return `${this.name}: ${handledOf(this.figures)} of ${this.#total()}, ${this.figures.failed} failed, ${rate} files/s, ${mb} MB, ${mbRate} MB/s, ${left} left`;
  }

  /** A validation finds files that no row told of. */
  #total(): number {
    return Math.max(this.figures.total, handledOf(this.figures));
  }

  #numbers() {
    const seconds = Math.max((performance.now() - this.#begun) / 1000, 0.001);
    const handled = handledOf(this.figures);
    const rate = handled / seconds;
    return {
      rate: rate.toFixed(rate < 10 ? 1 : 0),
      mb: (this.figures.bytes / 1e6).toFixed(1),
      mbRate: (this.figures.bytes / 1e6 / seconds).toFixed(1),
      left: rate > 0 ? duration((this.figures.total - handled) / rate) : 'unknown',
    };
  }
}

export function handledOf({ done, skipped, failed }: Figures): number {
  return done + skipped + failed;
}

/** @param seconds @returns such as `2h05m`, `3m20s` or `12s` */
function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number): string => String(n).padStart(2, '0');
  if (h > 0) return `${h}h${two(m)}m`;
  return m > 0 ? `${m}m${two(s)}s` : `${s}s`;
}
