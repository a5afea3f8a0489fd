import { Injectable, Logger } from '@nestjs/common';
import pg from 'pg';
import { JobQueue } from '../queue/job-queue.js';
import { Storage } from '../storage/storage.js';
import { isStorageError } from '../storage/storage.errors.js';
import { NoAnswerError, withinTime } from './time-limit.js';

/** Shorter than the interval at which load balancers ask. */
const LIMIT_MS = 2_000;

export interface PartState {
  status: 'ok' | 'failed';
  /** Why not, in one word for strangers: the log has the error. */
  reason?: string;
  /** Milliseconds the answer took. */
  ms: number;
}

export interface ReadinessReport {
  status: 'ready' | 'unavailable';
  checks: Record<string, PartState>;
}

/** Asks what the service stands on whether it can be used now; nothing is remembered from one question to the next. */
@Injectable()
export class Readiness {
  private readonly logger = new Logger('Readiness');
  private readonly parts: Record<string, () => Promise<unknown>>;

  constructor(pool: pg.Pool, queue: JobQueue, storage: Storage) {
    this.parts = {
      database: () => pool.query('SELECT 1'),
      queue: () => queue.ping(),
      storage: () => storage.probe(),
    };
  }

  async report(): Promise<ReadinessReport> {
    const states = await Promise.all(
      Object.entries(this.parts).map(async ([name, ask]) => [name, await this.stateOf(name, ask)] as const),
    );
    const ready = states.every(([, { status }]) => status === 'ok');
    return { status: ready ? 'ready' : 'unavailable', checks: Object.fromEntries(states) };
  }

  private async stateOf(name: string, ask: () => Promise<unknown>): Promise<PartState> {
    const asked = performance.now();
    const ms = () => Math.round(performance.now() - asked);
    try {
      await withinTime(ask(), LIMIT_MS);
      return { status: 'ok', ms: ms() };
    } catch (err) {
      this.logger.warn({ msg: `${name} is not ready`, err });
      return { status: 'failed', reason: reasonOf(err), ms: ms() };
    }
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof NoAnswerError) return 'timeout';
  return isStorageError(error) ? error.code : 'unavailable';
}
