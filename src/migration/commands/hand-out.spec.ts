import { beforeEach, expect, it } from '@jest/globals';
import { type JobQueue, QueueUnavailableError } from '../../queue/job-queue.js';
import type { Chunks } from '../jobs/chunks.js';
import { HandOut, type RunToHandOut } from './hand-out.js';

let now: number;
let queueIsThere: boolean;
let offered: number;
let handOut: HandOut;

beforeEach(() => {
  now = 0;
  queueIsThere = true;
  offered = 0;
  const queue = {
    enqueue: async () => {
      if (!queueIsThere) throw new QueueUnavailableError('connection refused');
      offered += 1;
    },
  } as unknown as JobQueue;
  const chunks = { unclaimed: async () => [7] } as unknown as Chunks;
  handOut = new HandOut({ runId: 'run' } as RunToHandOut, chunks, queue, 'bucket', () => now);
});

/** @param seconds since the run began @param claimed chunks that workers hold */
function at(seconds: number, claimed = 0) {
  now = seconds * 1000;
  return handOut.again(claimed);
}
const ended = { state: 'failed', reason: expect.stringContaining('connection refused') };

it('offers again every 5 s what no worker holds', async () => {
  for (const second of [1, 4, 5, 6, 9, 10]) expect(await at(second)).toBeUndefined();
  expect(offered).toBe(2);
});

it("ends the run once the queue's server has failed for 60 s", async () => {
  queueIsThere = false;
  for (const second of [10, 20, 69]) expect(await at(second)).toBeUndefined();
  expect(await at(74)).toEqual(ended);
});

it('goes on while workers still have something in hand', async () => {
  queueIsThere = false;
  for (const second of [10, 80, 90]) expect(await at(second, 1)).toBeUndefined();
  expect(await at(100)).toEqual(ended);
});

it('forgets an outage that passed', async () => {
  queueIsThere = false;
  await at(10);
  queueIsThere = true;
  await at(60);
  queueIsThere = false;
  expect(await at(75)).toBeUndefined();
  expect(await at(134)).toBeUndefined();
  expect(await at(139)).toEqual(ended);
});
