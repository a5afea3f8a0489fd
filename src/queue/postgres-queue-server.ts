import { createPostgresBackend, type Queue, runMigrations, type Worker, withBackend } from 'bullmq';
import type pg from 'pg';
import { openPool } from '../database/database.js';
import { PatientClient } from './patient-client.js';
import type { QueueServer } from './queue-server.js';

/** A schema of its own: Prisma manages only `public`. */
const SCHEMA = 'bullmq';
const SCHEDULE_LOCK = 706_102;

/**
 * Jobs in the service's own PostgreSQL: nothing more to install, and one backup has everything.
 * One pool serves every queue; BullMQ would open one for each. A worker keeps a connection to hear of new jobs.
 */
export async function openPostgresQueueServer(url: string): Promise<QueueServer> {
  const pool = openPool(url, {
    max: 16,
    Client: PatientClient,
    application_name: 'certstore queue',
    options: `-c search_path=${SCHEMA}`,
  });
  pool.setMaxListeners(100); // BullMQ adds one per queue and worker
  const client = await pool.connect();
  try {
    await runMigrations(client, SCHEMA);
  } finally {
    client.release();
  }
  const bull = withBackend(createPostgresBackend);
  return {
    queue: (name) => new bull.Queue(name, { connection: pool }) as unknown as Queue,
    worker: (name, processor, settings) =>
      new bull.Worker(name, processor, { ...settings, connection: pool }) as unknown as Worker,
    exclusively: (work) => exclusively(pool, work),
    ping: async () => {
      await pool.query({ text: 'SELECT 1', query_timeout: 3_000 } as pg.QueryConfig);
    },
    close: () => pool.end(),
  };
}

/** Two upserts of one scheduler at the same moment would both add its first run. */
async function exclusively(pool: pg.Pool, work: () => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [SCHEDULE_LOCK]);
    await work();
    await client.query('SELECT pg_advisory_unlock($1)', [SCHEDULE_LOCK]);
    client.release();
  } catch (error) {
    client.release(true); // with its connection the lock goes too
    throw error;
  }
}
