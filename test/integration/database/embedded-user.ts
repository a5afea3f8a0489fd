import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';

export interface Message {
  url?: string;
  n?: number;
  stopped?: boolean;
  error?: string;
}

/** A child process that uses the embedded database of a folder. */
export class EmbeddedUser {
  readonly messages: Message[] = [];
  private readonly child: ChildProcess;
  private heard: () => void = () => undefined;

  /** @param as `stranger`: as an ordinary user whom the system has no name for */
  constructor(dir: string, what: 'hold' | 'write' | 'once', as: 'me' | 'stranger' = 'me') {
    const script = [process.execPath, join(__dirname, 'embedded-user-process.mjs'), dir, what];
    const namespace = ['unshare', '--user', '--map-user=4711', '--map-group=4711'];
    const [program, ...args] = as === 'stranger' ? [...namespace, ...script] : script;
    this.child = spawn(program as string, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      this.messages.push(JSON.parse(line) as Message);
      this.heard();
    });
    this.child.on('close', () => this.heard());
  }

  /** The first message that has this member. */
  async says<Key extends keyof Message>(key: Key): Promise<NonNullable<Message[Key]>> {
    for (;;) {
      const found = this.messages.find((message) => message[key] !== undefined)?.[key];
      if (found !== undefined) return found;
      const failed = this.messages.find((message) => message.error)?.error;
      if (failed) throw new Error(failed);
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        throw new Error(`ended without ${key}`);
      await new Promise<void>((resolve) => (this.heard = resolve));
    }
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  async stop(): Promise<void> {
    this.child.stdin?.end();
    await once(this.child, 'exit');
  }
}

export function postmasterPid(dir: string): number {
  return Number.parseInt(readFileSync(join(dir, 'pgdata/postmaster.pid'), 'utf8'), 10);
}

export async function writtenRows(url: string): Promise<number[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<{ n: number }>('SELECT n FROM written ORDER BY n')).rows.map(({ n }) => n);
  } finally {
    await client.end();
  }
}

/** Processes of the server in this folder that are still there. */
export function serverProcesses(dir: string): string[] {
  const all = execFileSync('ps', ['-eo', 'stat=,args='], { encoding: 'utf8' }).split('\n');
  return all.filter((line) => line.includes(`postgres -D ${dir}`) && !line.startsWith('Z'));
}
