import { setImmediate as tick } from 'node:timers/promises';
import { Slots } from './slots.js';

test('never more at once than the limit, which halves on SlowDown and comes back one by one', async () => {
  const slots = new Slots(8);
  let running = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++running);
    await tick();
    running--;
  };
  await Promise.all(Array.from({ length: 50 }, () => slots.run(work)));
  expect(most).toBe(8);
  slots.slowDown(Date.now());
  slots.slowDown(Date.now() - 1_000); // sent before the limit fell: says nothing new
  expect(slots.currentLimit).toBe(4);
  most = 0;
  await Promise.all(Array.from({ length: 50 }, () => slots.run(work)));
  expect(most).toBe(4);
  for (let i = 0; i < 4; i++) slots.succeeded();
  expect(slots.currentLimit).toBe(5);
  for (let i = 0; i < 100; i++) slots.succeeded();
  expect(slots.currentLimit).toBe(8);
});

test('work that fails gives its slot back', async () => {
  const slots = new Slots(1);
  await expect(slots.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(slots.run(async () => 'yes')).resolves.toBe('yes');
});
