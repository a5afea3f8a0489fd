import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { scale } from './scale.js';

const COUNT = scale(2_000, 50_000);

it(`sets ${COUNT} random names of all scripts whole and without boxes, or names the character it lacks`, () => {
  const out = execFileSync(process.execPath, [resolve('test/rendering/fuzz-names.mjs'), String(COUNT)]);
  const { set, refused } = JSON.parse(out.toString()) as { set: number; refused: number };
  expect(set).toBeGreaterThan(COUNT / 4);
  expect(refused).toBeGreaterThan(0);
});
