import { Queue, Worker } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import type { QueueServer } from './queue-server.js';

/** Wait before the n-th attempt to reconnect, milliseconds. */
const retryStrategy = (attempt: number): number => Math.min(attempt * 100, 2_000);

/**
 * A connection that does not answer for this long, milliseconds, is closed and opened again: if its other end
 * vanished, TCP alone would wait a quarter of an hour. BullMQ's workers ask to wait for up to 10 seconds.
 */
const SILENCE = { producer: 5_000, consumer: 15_000 };

/** Jobs in Redis. It must keep what it acknowledged (`appendonly yes`) and evict nothing (`noeviction`). */
export function openRedisQueueServer(url: string): QueueServer {
  // a caller who adds a job wants to know soon if it can't be done
  const producer = open(url, {
    maxRetriesPerRequest: 1,
    connectTimeout: 5_000,
    commandTimeout: 3_000,
    socketTimeout: SILENCE.producer,
  });
  // a worker waits for as long as it takes
  const consumer = open(url, {
    maxRetriesPerRequest: null,
    lazyConnect: true,
    socketTimeout: SILENCE.consumer,
  });
  return {
    queue: (name) => new Queue(name, { connection: producer }),
    worker: (name, processor, settings) => new Worker(name, processor, { ...settings, connection: consumer }),
    exclusively: (work) => work(), // each command is one Lua script
    ping: async () => {
      await producer.ping();
    },
    async close() {
      producer.disconnect();
      consumer.disconnect();
    },
  };
}

function open(url: string, options: RedisOptions): Redis {
  const client = new Redis(url, { ...options, retryStrategy, keepAlive: 10_000 });
  // BullMQ's queues and workers report errors; without a listener here ioredis would print them too
  client.on('error', () => undefined);
  return client;
}
