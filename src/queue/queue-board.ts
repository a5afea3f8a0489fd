import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { FastifyPluginCallback } from 'fastify';
import type { JobQueue } from './job-queue.js';
import { BullJobQueue } from './bull-job-queue.js';

/**
 * A Fastify plugin that shows the queues and lets jobs be retried, by bull-board; it does not decide who may see it.
 * @param path where it will be registered
 */
export function queueBoard(jobs: JobQueue, path: string): FastifyPluginCallback {
  const serverAdapter = new FastifyAdapter();
  serverAdapter.setBasePath(path);
  const board = createBullBoard({
    queues: [],
    serverAdapter,
    options: { uiConfig: { boardTitle: 'Queues', miscLinks: [{ text: 'Operations', url: '/operations/' }] } },
  });
  const shown = new Set<string>();
  const plugin = serverAdapter.registerPlugin();
  return (fastify, options, done) => {
    // Queues are created as jobs are named, after the routes.
    fastify.addHook('onRequest', async () => {
      if (!(jobs instanceof BullJobQueue)) return;
      for (const queue of jobs.bullQueues()) {
        if (!shown.has(queue.name)) board.addQueue(new BullMQAdapter(queue));
        shown.add(queue.name);
      }
    });
    plugin(fastify, options, done);
  };
}
