import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { demoEnvironment } from './environment.js';

/** Longest wait for a first start, which makes a database; milliseconds. */
const START_LIMIT_MS = 120_000;

/** The compiled service as a process of its own, as an operator would run it. */
export class Service {
  private constructor(
    readonly url: string,
    private readonly process: ChildProcess,
  ) {}

  /** Starts it on port 3000, or on a free one. Its log goes to stderr. */
  static async start(env: Record<string, string>): Promise<Service> {
    const port = String(await freePort(3000));
    const url = `http://127.0.0.1:${port}`;
    const child = spawn(process.execPath, ['--enable-source-maps', join(import.meta.dirname, '../main.js')], {
      // Ctrl-C in the terminal is for the demonstration, which then stops the service cleanly.
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: demoEnvironment({ ...env, HOST: '127.0.0.1', PORT: port, SITE_URL: url }),
    });
    return new Service(url, child);
  }

  /** Resolves when `/health/ready` answers 200. */
  async untilReady(): Promise<void> {
    for (const start = Date.now(); !(await this.ready()); await sleep(100)) {
      const { exitCode } = this.process;
      if (exitCode !== null) throw new Error(`the service ended with code ${exitCode}; its log is above`);
      if (Date.now() - start > START_LIMIT_MS) {
        throw new Error(`the service was not ready after ${START_LIMIT_MS / 1000} s`);
      }
    }
  }

  /** Stops it as a supervisor would, and resolves with its exit code. */
  async stop(): Promise<number | null> {
    if (this.process.exitCode !== null) return this.process.exitCode;
    const ended = new Promise<number | null>((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGTERM');
    return ended;
  }

  private async ready(): Promise<boolean> {
    try {
      const answer = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(5_000) });
      await answer.body?.cancel();
      return answer.ok;
    } catch {
      return false; // not listening yet, or too busy to answer
    }
  }
}

/** The wanted port if nobody listens on it, else one that the system chooses. */
async function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', () => (wanted === 0 ? reject(new Error('no free port')) : resolve(freePort(0))));
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : wanted));
    });
  });
}
