// A process that does the jobs of one queue, for tests that kill it. Prints {"started": id} and {"done": id}.
// usage: worker-child.mjs <database URL> <Redis URL or ''> <queue>
import { openJobQueue } from '../../../dist/queue/open-job-queue.js';

const [url, redisUrl, queue] = process.argv.slice(2);
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const jobs = await openJobQueue(
  { queue: { redisUrl: redisUrl || undefined } },
  { url },
  { claimMs: 1_000, lookEveryMs: 500 },
);
jobs.handle({ queue, name: 'work', attempts: 3, backoffMs: 10 }, async ({ ms }, { id }) => {
  say({ started: id });
  await new Promise((resolve) => setTimeout(resolve, ms));
  say({ done: id });
});
await jobs.startWorkers({ concurrency: 5 });
say({ ready: true });
