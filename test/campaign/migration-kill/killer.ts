import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CertificateStore } from '../../kit/certificate-store.js';
import { OperatorCommand } from '../../kit/operator-command.js';
import { ServerProcess } from '../../services/index.js';
import { scale } from '../scale.js';
import type { CommandName, Work } from './work.js';

/** Tries to hit a command in mid-run; one that was done sooner is not counted, and the next wait is half as long. */
const TRIES = 8;
const LATEST_MS = scale(250, 800);
const WORKERS = 2;

/** Kills commands, and workers that do a command's work, at random moments while they are at it. */
export class Killer {
  readonly kills: Partial<Record<CommandName, number>> = {};
  readonly #workers: ServerProcess[] = [];

  constructor(
    private readonly store: CertificateStore,
    private readonly work: Work,
  ) {}

  get count(): number {
    return Object.values(this.kills).reduce((sum, count) => sum + count, 0);
  }

  async kill(name: CommandName): Promise<void> {
    for (let tried = 0; tried < TRIES; tried++) {
      const args = await this.work.for(name);
      if (name === 'queue') this.#startWorkers();
      const command = OperatorCommand.start([...args, '--json'], this.store.folder, this.store.env);
      await this.#underWay(command, name === 'queue');
      await sleep((Math.random() * LATEST_MS) / 2 ** tried);
      const worker = name === 'queue' && Math.random() < 0.5 ? this.#workers[0] : undefined;
      if (worker ? await this.#killWorker(worker, command) : await killed(command)) {
        this.kills[name] = (this.kills[name] ?? 0) + 1;
        return;
      }
    }
    throw new Error(`${name} was done before it could be killed, ${TRIES} times`);
  }

  async stopWorkers(): Promise<void> {
    await Promise.all(this.#workers.splice(0).map((worker) => worker.stop()));
  }

  #startWorkers(): void {
    const program = join(__dirname, '../../../dist/worker.js');
    while (this.#workers.length < WORKERS) {
      const command = [process.execPath, program];
      this.#workers.push(ServerProcess.start('worker', this.store.folder, command, this.store.env));
    }
  }

  /** The other worker goes on, and the command ends as if nothing had been. */
  async #killWorker(worker: ServerProcess, command: OperatorCommand): Promise<boolean> {
    const atWork = (await this.#handled(command)) !== 'ended';
    await worker.stop('SIGKILL');
    this.#workers.splice(this.#workers.indexOf(worker), 1);
    const { code, json } = await command.result();
    expect([code, json?.errors]).toEqual([0, []]);
    return atWork;
  }

  /** Until the command's run is on record, or, where workers do it, until one has done something. */
  async #underWay(command: OperatorCommand, byWorkers: boolean): Promise<void> {
    for (;;) {
      const handled = await this.#handled(command);
      if (handled === 'ended' || (handled !== undefined && (handled > 0 || !byWorkers))) return;
      await sleep(5);
    }
  }

  /** Files that the command's run has handled; undefined before it begins */
  async #handled(command: OperatorCommand): Promise<number | 'ended' | undefined> {
    const { rows } = await this.store.pool.query<{ state: string; handled: number }>(
      `SELECT state, done + skipped + failed AS handled FROM migration_runs WHERE runner LIKE '%:' || $1
       ORDER BY started_at DESC LIMIT 1`,
      [String(command.pid)],
    );
    if (!rows[0]) return command.running ? undefined : 'ended';
    return rows[0].state === 'running' ? rows[0].handled : 'ended';
  }
}

/** @returns false where it had ended by itself */
async function killed(command: OperatorCommand): Promise<boolean> {
  command.kill('SIGKILL');
  return (await command.result()).code === null;
}
