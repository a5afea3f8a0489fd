import { BatchRepository } from '../../../src/certificates/batches/batch.repository.js';
import { issueBody } from '../../../src/certificates/dto/requests.js';
import { IssueRepository } from '../../../src/certificates/issuing/issue.repository.js';
import { SweepService } from '../../../src/certificates/issuing/sweep.service.js';
import { makeKey } from '../../../src/storage/storage-key.js';
import { type TestApp, startApp } from '../../kit/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
afterEach(() => jest.useRealTimers());

const HOUR_MS = 3_600_000;

/** As on another machine, or after a step of this one's clock. Timers keep their time: only what tells it is off. */
async function byClock<T>(offMs: number, work: () => Promise<T>): Promise<T> {
  jest.useFakeTimers({
    now: Date.now() + offMs,
    doNotFake: [
      ...(['nextTick', 'setImmediate', 'clearImmediate', 'queueMicrotask', 'performance', 'hrtime'] as const),
      ...(['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] as const),
    ],
  });
  try {
    return await work();
  } finally {
    jest.useRealTimers();
  }
}

describe.each([
  ['ahead', HOUR_MS],
  ['behind', -HOUR_MS],
])('a worker whose clock is an hour %s', (_, offMs) => {
  const batches = () => app.find(BatchRepository);
  const newBatch = async () => {
    const result = {
      participant: { id: '1', display_name: 'Judit Polgár' },
      certificate_type: 'participant',
    };
    return batches().create(await app.tournament(), 'staff-1', [issueBody.parse(result)]);
  };

  it('leaves a batch to the worker that is at work on it', async () => {
    const batch = await newBatch();
    await batches().heartbeat(batch);
    expect(await byClock(offMs, () => batches().claimStale())).not.toContain(batch);
  });

  it('keeps its own batch while it works, and loses it two minutes after it has died', async () => {
    const batch = await newBatch();
    await byClock(offMs, () => batches().heartbeat(batch));
    expect(await batches().claimStale()).not.toContain(batch);
    await app.prisma.$executeRaw`
      UPDATE batches SET heartbeat_at = heartbeat_at - interval '3 minutes' WHERE id = ${batch}::uuid`;
    expect(await batches().claimStale()).toContain(batch);
    expect(await batches().claimStale()).not.toContain(batch);
  });

  it('leaves a batch that it was given alone until its job has had its two minutes', async () => {
    const batch = await byClock(offMs, newBatch);
    expect(await batches().claimStale()).not.toContain(batch);
  });

  it('does not sweep what an issue is placing', async () => {
    const key = makeKey('pdf', new Date());
    await app.find(IssueRepository).notePending([key]);
    await byClock(offMs, () => app.find(SweepService).sweep());
    expect(await app.prisma.pendingFile.count({ where: { key } })).toBe(1);
  });

  it('does not have swept what it is placing', async () => {
    const key = makeKey('pdf', new Date());
    await byClock(offMs, () => app.find(IssueRepository).notePending([key]));
    await app.find(SweepService).sweep();
    expect(await app.prisma.pendingFile.count({ where: { key } })).toBe(1);
  });

  it('sweeps what a crash has left half an hour ago', async () => {
    const key = makeKey('pdf', new Date());
    await byClock(offMs, () => app.find(IssueRepository).notePending([key]));
    await app.prisma.$executeRaw`
      UPDATE pending_files SET created_at = created_at - interval '31 minutes' WHERE key = ${key}`;
    await byClock(offMs, () => app.find(SweepService).sweep());
    expect(await app.prisma.pendingFile.count({ where: { key } })).toBe(0);
  });
});
