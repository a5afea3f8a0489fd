import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { noteProcess } from './run-folder.js';

/** A server started by the tests. It outlives the process that started it, but not the run. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly log: string,
  ) {}

  /** @param command program and arguments; its output goes to `<folder>/<name>.log` */
  static start(name: string, folder: string, command: string[], env: NodeJS.ProcessEnv = {}): ServerProcess {
    const log = join(folder, `${name}.log`);
    const out = openSync(log, 'a');
    const [program, ...args] = command;
    const child = spawn(program as string, args, {
      stdio: ['ignore', out, out],
      env: { ...process.env, ...env },
      cwd: folder,
      detached: true,
    });
    closeSync(out);
    child.on('error', () => undefined); // untilReady() reports it: the program has no pid
    child.unref();
    if (child.pid) noteProcess(child.pid);
    return new ServerProcess(child, log);
  }

  /** Waits until `check` succeeds. @throws Error with the end of the log where the server ends or takes too long */
  async untilReady(check: () => Promise<unknown>, withinMs = 90_000): Promise<void> {
    const begun = Date.now();
    for (;;) {
      try {
        await check();
        return;
      } catch (cause) {
        if (!this.running || Date.now() - begun > withinMs) {
          const program = this.child.spawnargs[0];
          throw new Error(`${program} is not ready: ${(cause as Error).message}\n${this.logEnd()}`, {
            cause,
          });
        }
        await sleep(25);
      }
    }
  }

  get running(): boolean {
    return this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** SIGSTOP: connections stay open and nothing answers, as with a server that hangs. */
  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.child.kill('SIGCONT');
  }

  /** Ends the server and waits for its end. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (!this.running) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.thaw();
    this.child.kill(signal);
    const impatience = setTimeout(() => this.child.kill('SIGKILL'), 15_000);
    await ended;
    clearTimeout(impatience);
  }

  private logEnd(): string {
    return readFileSync(this.log, 'utf8').split('\n').slice(-15).join('\n');
  }
}

/** A loopback port free now, outside the range from which the system takes ports for outgoing connections. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 12_000 + Math.floor(Math.random() * 20_000);
    const free = await new Promise<boolean>((resolve) => {
      const probe = createServer();
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
    if (free) return port;
  }
}
