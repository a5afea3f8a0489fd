import type { Config } from '../config/config.js';
import { BullJobQueue, type Vigilance } from './bull-job-queue.js';
import type { JobQueue } from './job-queue.js';
import { openPostgresQueueServer } from './postgres-queue-server.js';
import { openRedisQueueServer } from './redis-queue-server.js';

/** The queue in Redis if REDIS_URL is set, else in the database that is already open. */
export async function openJobQueue(
  config: Pick<Config, 'queue'>,
  database: { url: string },
  vigilance?: Vigilance,
): Promise<JobQueue> {
  const server = config.queue.redisUrl
    ? openRedisQueueServer(config.queue.redisUrl)
    : await openPostgresQueueServer(database.url);
  return new BullJobQueue(server, vigilance);
}
