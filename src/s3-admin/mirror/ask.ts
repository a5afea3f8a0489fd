import { createInterface } from 'node:readline/promises';
import type { CommandIo } from '../command-context.js';

/** Asks the operator, line by line. At the end of input, or on Ctrl-C, the answer is empty, and empty always means no. */
export class Questions {
  private readonly reader;
  private readonly lines: AsyncIterator<string>;

  constructor(private readonly io: Pick<CommandIo, 'stdin' | 'stderr' | 'signal'>) {
    this.reader = createInterface({ input: io.stdin });
    this.lines = this.reader[Symbol.asyncIterator]();
  }

  async ask(question: string): Promise<string> {
    const { signal, stderr } = this.io;
    if (signal.aborted) return '';
    stderr.write(question);
    const interrupted = new Promise<string>((resolve) => {
      signal.addEventListener('abort', () => resolve(''), { once: true });
    });
    const line = this.lines.next().then(({ value, done }) => (done ? '' : String(value).trim()));
    return Promise.race([line, interrupted]);
  }

  close(): void {
    this.reader.close();
  }
}
