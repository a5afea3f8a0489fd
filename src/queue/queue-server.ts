import type { Processor, Queue, Worker, WorkerOptions } from 'bullmq';

export type WorkerSettings = Omit<WorkerOptions, 'connection'>;

/** Where BullMQ keeps its jobs. */
export interface QueueServer {
  queue(name: string): Queue;
  worker(name: string, processor: Processor, settings: WorkerSettings): Worker;
  /** Runs the work while no other process runs its own, where BullMQ's own commands do not exclude each other. */
  exclusively(work: () => Promise<void>): Promise<void>;
  /** Throws if the server does not answer within seconds. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
