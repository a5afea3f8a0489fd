import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { noteProcess } from '../services/run-folder.js';

export interface CommandResult {
  /** Null where it was killed. */
  code: number | null;
  stdout: string;
  stderr: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever the command printed, under test
  json: any;
}

/** An operator command as a process of its own, in a folder of its own. */
export class OperatorCommand {
  private stdout = '';
  private stderr = '';
  private readonly ended: Promise<number | null>;

  private constructor(private readonly child: ChildProcess) {
    child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.ended = new Promise((resolve) => child.once('close', (code) => resolve(code)));
  }

  static start(args: string[], folder: string, env: Record<string, string>): OperatorCommand {
    const child = spawn(
      process.execPath,
      ['--enable-source-maps', join(__dirname, '../../dist/cli.js'), ...args],
      {
        cwd: folder,
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    if (child.pid) noteProcess(child.pid);
    return new OperatorCommand(child);
  }

  static async run(args: string[], folder: string, env: Record<string, string>): Promise<CommandResult> {
    return OperatorCommand.start(args, folder, env).result();
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async result(): Promise<CommandResult> {
    const code = await this.ended;
    const { stdout, stderr } = this;
    const json: unknown = stdout.trimStart().startsWith('{') ? JSON.parse(stdout) : undefined;
    return { code, stdout, stderr, json };
  }
}
