import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A child process that does the `work` jobs of one queue; they take `data.ms`. */
export class WorkerProcess {
  readonly started: string[] = [];
  readonly done: string[] = [];
  private readonly child: ChildProcess;

  constructor(where: { url: string; redisUrl: string | undefined }, queue: string) {
    const script = join(__dirname, 'worker-child.mjs');
    this.child = spawn(process.execPath, [script, where.url, where.redisUrl ?? '', queue], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    createInterface({ input: this.child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const { started, done } = JSON.parse(line) as { started?: string; done?: string };
      if (started) this.started.push(started);
      if (done) this.done.push(done);
    });
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }
}
