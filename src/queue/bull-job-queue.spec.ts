import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { BullJobQueue } from './bull-job-queue.js';
import type { QueueServer } from './queue-server.js';

let said: unknown[];

beforeEach(() => {
  jest.useFakeTimers();
  said = [];
  jest.spyOn(Logger.prototype, 'warn').mockImplementation((line: unknown) => void said.push(line));
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

it('logs each trouble of its server once a minute, also where several take turns', () => {
  const server = new EventEmitter();
  const jobs = new BullJobQueue({ queue: () => server } as unknown as QueueServer);
  jobs.handle({ queue: 'q', name: 'work', attempts: 1, backoffMs: 0 }, async () => undefined);
  const outage = () => {
    for (let tries = 0; tries < 20; tries++) {
      server.emit('error', new Error('read ECONNRESET'));
      server.emit('error', new Error('write EPIPE'));
    }
  };
  const both = ['queue server: read ECONNRESET', 'queue server: write EPIPE'];
  outage();
  expect(said).toEqual(both);
  jest.advanceTimersByTime(61_000);
  outage();
  expect(said).toEqual([...both, ...both]);
});
