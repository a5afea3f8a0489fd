import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { noteProcess } from '../services/run-folder.js';

export interface Ended {
  /** Null where it was killed. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** `s3-admin` as an operator runs it: the compiled program in a process of its own. */
export class S3AdminProcess {
  readonly ended: Promise<Ended>;

  private constructor(private readonly child: ChildProcess) {
    this.ended = Promise.all([
      once(child, 'close'),
      text(child.stdout as NodeJS.ReadableStream),
      text(child.stderr as NodeJS.ReadableStream),
    ]).then(([[code], stdout, stderr]) => ({ code: code as number | null, stdout, stderr }));
  }

  /**
   * @param env all it gets besides PATH: nothing of whoever runs the tests leaks in
   * @param wrapper a program and its arguments that start it
   */
  static start(argv: string[], env: Record<string, string>, wrapper: string[] = []): S3AdminProcess {
    const script = join(__dirname, '../../dist/s3-admin/cli.js');
    const [program = '', ...args] = [...wrapper, process.execPath, script, ...argv];
    const child = spawn(program, args, {
      env: {
        PATH: process.env.PATH,
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_CONFIG_FILE: '/dev/null',
        ...env,
      },
    });
    if (child.pid) noteProcess(child.pid);
    return new S3AdminProcess(child);
  }

  /** Types all the operator has to say. */
  type(answer: string): this {
    this.child.stdin?.end(answer);
    return this;
  }

  kill(signal: NodeJS.Signals): this {
    this.child.kill(signal);
    return this;
  }

  /** Waits until it has printed this, to whichever stream. */
  async printed(wanted: string): Promise<this> {
    let printed = '';
    await new Promise<void>((resolve, reject) => {
      for (const stream of [this.child.stdout, this.child.stderr]) {
        stream?.on('data', (chunk: Buffer) => {
          printed += chunk.toString();
          if (printed.includes(wanted)) resolve();
        });
      }
      void this.ended.then(() => reject(new Error(`ended without printing ${wanted}: ${printed}`)));
    });
    return this;
  }
}
