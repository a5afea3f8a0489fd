import { expect, it } from '@jest/globals';
import { nextLook } from './restores.js';

const MINUTE = 60_000;

it.each([
  [0, 1],
  [5, 1],
  [60, 6],
  [48 * 60, 15],
])('looks again after %i minutes of waiting in %i', (waited, next) => {
  expect(nextLook(waited * MINUTE)).toBe(next * MINUTE);
});

it('looks some 200 times at restores that take two days', () => {
  let looks = 0;
  for (let waited = 0; waited < 48 * 60 * MINUTE; waited += nextLook(waited)) looks++;
  expect(looks).toBeLessThan(250);
});
