import { resolve } from 'node:path';
import { WorkerPool, WorkerTimeoutError } from './worker-pool.js';

interface Misbehaving {
  [name: string]: (text: string) => string;
  echo: (text: string) => string;
  die: (text: string) => never;
  exhaustMemory: (text: string) => never;
  hang: (text: string) => never;
  fail: (text: string) => never;
}

describe('WorkerPool', () => {
  const file = resolve('test/rendering/misbehaving-worker.mjs');
  const patient = new WorkerPool<Misbehaving>(file, {}, 2);
  afterAll(() => patient.close());

  const echoes = (pool: WorkerPool<Misbehaving>, count: number) =>
    Promise.all(Array.from({ length: count }, (_, i) => pool.run('echo', String(i))));
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => String(i));

  it('runs more tasks than it has threads', async () => {
    expect(await echoes(patient, 20)).toEqual(numbers(20));
  }, 60_000);

  it.each(['die', 'exhaustMemory'] as const)(
    'fails only the task whose thread ends (%s), and goes on',
    async (way) => {
      const before = echoes(patient, 3);
      const failing = patient.run(way, '').then(
        () => 'no error',
        (error: Error) => error.message,
      );
      const after = echoes(patient, 6);
      expect(await failing).toMatch(/exited|terminated/i);
      expect(await before).toEqual(numbers(3));
      expect(await after).toEqual(numbers(6));
    },
    60_000,
  );

  it('stops a task that hangs, and only that one', async () => {
    const pool = new WorkerPool<Misbehaving>(file, {}, 1, 1_500);
    await pool.run('echo', 'warm');
    const hanging = expect(pool.run('hang', '')).rejects.toThrow(WorkerTimeoutError);
    // These wait longer than the limit, and still have all of it to themselves.
    const waiting = Promise.all([
      expect(pool.run('hang', '')).rejects.toThrow(WorkerTimeoutError),
      echoes(pool, 3),
    ]);
    await hanging;
    expect((await waiting)[1]).toEqual(numbers(3));
    await pool.close();
  }, 60_000);

  it('passes on what the worker throws', async () => {
    await expect(patient.run('fail', 'no such font')).rejects.toThrow('no such font');
    expect(await patient.run('echo', 'on')).toBe('on');
  }, 60_000);
});
