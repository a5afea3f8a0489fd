import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../src/database/embedded/embedded-postgres.js';
import type { BullJobQueue } from '../../../src/queue/bull-job-queue.js';
import { type Job, type JobQueue, QueueUnavailableError } from '../../../src/queue/job-queue.js';
import { openJobQueue } from '../../../src/queue/open-job-queue.js';
import { FaultProxy, services, startRedis, temporaryFolder } from '../../services/index.js';
import { postmasterPid } from '../database/embedded-user.js';
import { WorkerProcess } from './worker-process.js';
import { byClock } from '../../kit/by-clock.js';
import { until } from '../../kit/until.js';

interface Where {
  url: string;
  redisUrl: string | undefined;
}
interface Work {
  ms: number;
}

const DAY_MS = 86_400_000;
const VIGILANCE = { claimMs: 1_000, lookEveryMs: 500 };

beforeAll(() => {
  Logger.overrideLogger(false);
});

describe.each(['PostgreSQL', 'Redis'] as const)('jobs in %s', (kind) => {
  let where: Where;
  let job: Job<Work>;
  const opened: JobQueue[] = [];

  async function open(at: Where = where): Promise<JobQueue> {
    const queue = await openJobQueue({ queue: { redisUrl: at.redisUrl } }, at, VIGILANCE);
    opened.push(queue);
    return queue;
  }

  beforeAll(async () => {
    where = {
      url: await services.postgres(),
      redisUrl: kind === 'Redis' ? (await services.redis()).url : undefined,
    };
  });
  beforeEach(() => {
    job = { queue: `q-${randomUUID()}`, name: 'work', attempts: 3, backoffMs: 20 };
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((queue) => queue.close(0)));
  });

  it('are done once, by a handler that gets their data, and leave nothing behind', async () => {
    const jobs = await open();
    const done: unknown[] = [];
    jobs.handle(job, async (data, { id, attempt }) => void done.push({ data, id, attempt }));
    await jobs.startWorkers();
    await jobs.enqueue(job, { ms: 1 }, { id: '17' });
    await until(() => done.length);
    await until(async () => Object.values((await jobs.depth())[job.queue] ?? {}).every((n) => n === 0));
    expect(done).toEqual([{ data: { ms: 1 }, id: 'work-17', attempt: 1 }]);
  });

  it('are tried again, later each time, until they succeed', async () => {
    const jobs = await open();
    const at: number[] = [];
    jobs.handle({ ...job, backoffMs: 100 }, async (_data, { attempt }) => {
      at.push(Date.now());
      if (attempt < 3) throw new Error('not yet');
    });
    await jobs.startWorkers();
    await jobs.enqueue({ ...job, backoffMs: 100 }, { ms: 0 });
    await until(() => at.length === 3);
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(95);
    expect((at[2] ?? 0) - (at[1] ?? 0)).toBeGreaterThanOrEqual(195);
  });

  it('that failed for good stay to be seen, and begin anew when added again', async () => {
    const jobs = await open();
    let tries = 0;
    let broken = true;
    jobs.handle(job, async () => {
      tries++;
      if (broken) throw new Error('broken');
    });
    await jobs.startWorkers();
    await jobs.enqueue(job, { ms: 0 }, { id: 'a' });
    await until(async () => (await jobs.depth())[job.queue]?.['failed'] === 1);
    expect(tries).toBe(3);
    broken = false;
    await jobs.enqueue(job, { ms: 0 }, { id: 'a' });
    await until(() => tries === 4);
    expect((await jobs.depth())[job.queue]?.['failed']).toBe(0);
  });

  it('are not doubled while one of the same id waits or runs', async () => {
    const jobs = await open();
    const done: string[] = [];
    let finish = (): void => undefined;
    const running = new Promise<void>((resolve) => (finish = resolve));
    jobs.handle(job, async (_data, { id }) => {
      done.push(id);
      await running;
    });
    await jobs.enqueue(job, { ms: 0 }, { id: 'same' });
    await jobs.enqueue(job, { ms: 0 }, { id: 'same' });
    await jobs.startWorkers();
    await until(() => done.length);
    await jobs.enqueue(job, { ms: 0 }, { id: 'same' });
    await jobs.enqueue(job, { ms: 0 }, { id: 'other' });
    finish();
    await until(() => done.includes('work-other'));
    expect(done).toEqual(['work-same', 'work-other']);
  });

  it('refuse an id that would not be safe as one', async () => {
    await expect((await open()).enqueue(job, { ms: 0 }, { id: 'a:b' })).rejects.toThrow(TypeError);
  });

  it('may be put off', async () => {
    const jobs = await open();
    const done: number[] = [];
    jobs.handle(job, async ({ ms }) => void done.push(ms));
    await jobs.startWorkers();
    await jobs.enqueue(job, { ms: 1 }, { delayMs: 400 });
    await jobs.enqueue(job, { ms: 2 });
    await until(() => done.length === 2);
    expect(done).toEqual([2, 1]);
  });

  it('of a slow queue hold up no other', async () => {
    const jobs = await open();
    const other = { ...job, queue: `${job.queue}-other` };
    let done = false;
    jobs.handle(job, (_data, { signal }) => sleep(60_000, undefined, { signal }));
    jobs.handle(other, async () => void (done = true));
    await jobs.startWorkers();
    await jobs.enqueue(job, { ms: 0 });
    await jobs.enqueue(other, { ms: 0 });
    await until(() => done);
  });

  it('on a schedule run once per interval however many processes ask for it', async () => {
    const runs: number[] = [];
    const processes = await Promise.all([open(), open(), open()]);
    for (const jobs of processes) {
      jobs.handle(job, async () => void runs.push(Date.now()));
      await jobs.startWorkers();
    }
    await Promise.all(processes.map((jobs) => jobs.schedule(job, { ms: 0 }, { everyMs: 700 })));
    await until(() => runs.length >= 3);
    for (const jobs of processes) await jobs.schedule(job, { ms: 0 }, { everyMs: 700 });
    await until(() => runs.length >= 5);
    const intervals = ((runs.at(-1) as number) - (runs[0] as number)) / 700;
    expect(runs.length).toBeLessThanOrEqual(Math.round(intervals) + 1);
  });

  it('on a schedule are left to their time by a process that starts meanwhile', async () => {
    // Now is halfway between two multiples of it.
    const everyMs = Math.floor(Date.now() / 1_000.5);
    let runs = 0;
    const jobs = (await open()) as BullJobQueue;
    jobs.handle(job, async () => void (runs += 1));
    await jobs.startWorkers();
    await jobs.schedule(job, { ms: 0 }, { everyMs });
    const [queue] = jobs.bullQueues();
    const next = async () => (await queue?.getJobScheduler(job.name))?.next ?? 0;
    await until(async () => runs === 1 && (await next()) > Date.now());
    const before = await next();
    await (await open()).schedule(job, { ms: 0 }, { everyMs });
    await sleep(300);
    expect([runs, await next()]).toEqual([1, before]);
  });

  it.each([{ everyMs: 700 }, { cron: '0 4 * * *' }])(
    'on a schedule (%j) outlive a clock that was ahead',
    async (when) => {
      const now = Date.now();
      await byClock(3 * DAY_MS, async () => (await open()).schedule(job, { ms: 0 }, when));
      const jobs = (await open()) as BullJobQueue;
      await jobs.schedule(job, { ms: 0 }, when);
      const [queue] = jobs.bullQueues();
      const { next = 0 } = (await queue?.getJobScheduler(job.name)) ?? {};
      expect(next).toBeGreaterThan(now - 1_000);
      expect(next).toBeLessThan(now + DAY_MS + 60_000);
    },
  );

  it('that run when the worker is told to stop are let finish', async () => {
    const jobs = await open();
    let finished = false;
    let told = false;
    let started = false;
    jobs.handle(job, async ({ ms }, { signal }) => {
      started = true;
      await sleep(ms);
      told = signal.aborted;
      finished = true;
    });
    await jobs.startWorkers();
    await jobs.enqueue(job, { ms: 500 });
    await until(() => started);
    await jobs.close(30_000);
    expect({ finished, told }).toEqual({ finished: true, told: true });
    expect((await (await open()).depth())[job.queue]).toBeUndefined();
  });

  it('that give up when told to stop are put back, and lose no try by it', async () => {
    const jobs = await open();
    let started = false;
    jobs.handle({ ...job, backoffMs: 60_000 }, async (_data, { signal }) => {
      started = true;
      await sleep(60_000, undefined, { signal });
    });
    await jobs.startWorkers();
    await jobs.enqueue({ ...job, backoffMs: 60_000 }, { ms: 0 });
    await until(() => started);
    await jobs.close(30_000);
    const next = await open();
    const attempts: number[] = [];
    next.handle(job, async (_data, { attempt }) => void attempts.push(attempt));
    // Not left to be found without a worker, which takes its time.
    expect((await next.depth())[job.queue]).toMatchObject({ waiting: 1, active: 0 });
    await next.startWorkers();
    await until(() => attempts.length);
    expect(attempts).toEqual([1]);
  });

  it('are told to stop before the queue closes, and can be added until then', async () => {
    const jobs = await open();
    let started = false;
    jobs.handle(job, async (_data, { signal }) => {
      started = true;
      await sleep(60_000, undefined, { signal });
    });
    await jobs.startWorkers();
    await jobs.enqueue(job, { ms: 0 });
    await until(() => started);
    await jobs.stopWorkers();
    await jobs.enqueue(job, { ms: 1 });
    await until(async () => {
      const { waiting, active } = (await jobs.depth())[job.queue] ?? {};
      return waiting === 2 && active === 0;
    });
  });

  it('that do not end by the deadline do not keep the process from ending, and begin anew elsewhere', async () => {
    const jobs = await open();
    let started = false;
    let finish = (): void => undefined;
    jobs.handle(job, () => {
      started = true;
      return new Promise<void>((resolve) => (finish = resolve));
    });
    await jobs.startWorkers();
    await jobs.enqueue(job, { ms: 0 });
    await until(() => started);
    await jobs.close(200);
    const next = await open();
    let again = false;
    next.handle(job, async () => void (again = true));
    await next.startWorkers();
    await until(() => again);
    finish();
  });

  it('survive the SIGKILL of their worker', async () => {
    const jobs = await open();
    const first = new WorkerProcess(where, job.queue);
    for (let i = 0; i < 10; i++) await jobs.enqueue(job, { ms: i < 5 ? 60_000 : 10 }, { id: `n${i}` });
    await until(() => first.started.length === 5);
    await first.kill();
    const done = new Set<string>();
    jobs.handle(job, async (_data, { id }) => void done.add(id));
    await jobs.startWorkers({ concurrency: 5 });
    await until(() => done.size === 10);
  });

  it('are not asked for in haste by a worker whose server went away while it was at work', async () => {
    const proxy = await FaultProxy.to(where.redisUrl ?? where.url);
    const through = proxy.url(where.redisUrl ?? where.url);
    const jobs = await open(kind === 'Redis' ? { ...where, redisUrl: through } : { ...where, url: through });
    let begun = false;
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    jobs.handle(job, async () => {
      begun = true;
      await finished;
    });
    await jobs.startWorkers();
    await jobs.enqueue(job, { ms: 1 });
    await until(() => begun);
    proxy.set({ kind: 'refuse' });
    finish();
    const before = proxy.connections;
    await sleep(1_500);
    const tries = proxy.connections - before;
    proxy.set({ kind: 'none' });
    await jobs.close(0);
    await proxy.close();
    expect(tries).toBeLessThan(300); // without a wait between them, they are thousands
  });

  it('are refused in a way that is recognised while the server is away, and go on when it is back', async () => {
    const proxy = await FaultProxy.to(where.redisUrl ?? where.url);
    const through = proxy.url(where.redisUrl ?? where.url);
    const jobs = await open(kind === 'Redis' ? { ...where, redisUrl: through } : { ...where, url: through });
    const done: number[] = [];
    jobs.handle(job, async ({ ms }) => void done.push(ms));
    await jobs.startWorkers();
    await jobs.enqueue(job, { ms: 1 });
    await until(() => done.includes(1));

    proxy.set({ kind: 'refuse' });
    await expect(jobs.enqueue(job, { ms: 2 })).rejects.toThrow(QueueUnavailableError);
    await expect(jobs.ping()).rejects.toThrow(QueueUnavailableError);
    const before = proxy.connections;
    await sleep(1_500);
    expect(proxy.connections - before).toBeLessThan(300); // it waits between its tries: without, they are thousands
    proxy.set({ kind: 'none' });
    await until(() =>
      jobs.ping().then(
        () => true,
        () => false,
      ),
    );
    await jobs.enqueue(job, { ms: 3 });
    await until(() => done.includes(3));

    proxy.set({ kind: 'hang' });
    await expect(jobs.ping()).rejects.toThrow(QueueUnavailableError);
    const closed = jobs.close(0);
    await sleep(100);
    proxy.set({ kind: 'none' });
    await closed;
    await proxy.close();
  });
});

it('connections to Redis that fell silent are opened anew, of producers and of workers', async () => {
  const { url: redisUrl } = await services.redis();
  const proxy = await FaultProxy.to(redisUrl);
  const jobs = await openJobQueue({ queue: { redisUrl: proxy.url(redisUrl) } }, { url: '' }, VIGILANCE);
  const job: Job<Work> = { queue: `q-${randomUUID()}`, name: 'work', attempts: 3, backoffMs: 20 };
  const done: number[] = [];
  jobs.handle(job, async ({ ms }) => void done.push(ms));
  await jobs.startWorkers();
  await jobs.enqueue(job, { ms: 1 });
  await until(() => done.includes(1));

  proxy.silenceAll();
  await expect(jobs.ping()).rejects.toThrow(QueueUnavailableError);
  await until(async () => (await jobs.ping().catch(() => 'away')) === undefined);
  await jobs.enqueue(job, { ms: 2 });
  await until(() => done.includes(2));
  await jobs.close();
  await proxy.close();
});

it('jobs in Redis survive the SIGKILL of the server', async () => {
  const server = await startRedis();
  const jobs = await openJobQueue({ queue: { redisUrl: server.url } }, { url: '' }, VIGILANCE);
  await survive(jobs, async () => {
    await server.stop('SIGKILL');
    await server.start();
  });
  await server.stop();
});

it('jobs in PostgreSQL survive the SIGKILL of the server', async () => {
  const dir = temporaryFolder();
  const server = await startEmbeddedPostgres({ dir, database: 'test' });
  const jobs = await openJobQueue({ queue: { redisUrl: undefined } }, server, VIGILANCE);
  await survive(jobs, async () => process.kill(postmasterPid(dir), 'SIGKILL'));
  await server.stop();
});

async function survive(jobs: JobQueue, kill: () => Promise<unknown>): Promise<void> {
  const job: Job<{ n: number }> = { queue: 'q', name: 'count', attempts: 3, backoffMs: 10 };
  const done = new Set<number>();
  jobs.handle(job, async ({ n }, { attempt }) => {
    if (n === 0 && attempt === 1 && done.size < 20) await sleep(300);
    done.add(n);
  });
  await jobs.startWorkers({ concurrency: 2 });
  const acknowledged: number[] = [];
  for (let n = 0; n < 40; n++) {
    if (n === 20) await kill();
    await jobs.enqueue(job, { n }).then(
      () => acknowledged.push(n),
      () => sleep(100),
    );
  }
  await until(async () => (await jobs.ping().catch(() => 'away')) === undefined);
  await until(() => acknowledged.every((n) => done.has(n)));
  await jobs.close();
}

it('takes few connections of PostgreSQL', async () => {
  const url = await services.postgres();
  const jobs = await openJobQueue({ queue: { redisUrl: undefined } }, { url }, VIGILANCE);
  for (let i = 0; i < 5; i++) {
    jobs.handle({ queue: `q${i}`, name: 'n', attempts: 3, backoffMs: 1 }, async () => undefined);
  }
  await jobs.startWorkers();
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );
  expect(rows[0]?.n).toBeLessThanOrEqual(16);
  await client.end();
  await jobs.close();
});
