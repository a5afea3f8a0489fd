import { createHash, randomBytes } from 'node:crypto';
import { LANES, Md5Lanes } from './md5-lanes.js';

const WINDOW = 128 << 10;
const lanes = new Md5Lanes();

function hash(streams: Buffer[]): string[] {
  const read = (stream: number, into: Buffer, position: number) =>
    void streams[stream]?.copy(into, 0, position, position + into.length);
  return lanes
    .hash(
      streams.map(({ length }) => length),
      read,
    )
    .map((digest) => digest.toString('hex'));
}

test.each([
  ['around a block', [0, 1, 55, 56, 63, 64, 65, 119]],
  [
    'around a window',
    [WINDOW - 9, WINDOW - 8, WINDOW - 1, WINDOW, WINDOW + 1, 2 * WINDOW, 3 * WINDOW + 7, 5],
  ],
  ['alike', Array.from({ length: LANES }, () => 300_000)],
  ['fewer than lanes', [1_000, 200_000, 0]],
  ['one', [3 * WINDOW]],
])('streams of lengths %s have the MD5 that OpenSSL finds', (_, lengths) => {
  const streams = lengths.map((length) => randomBytes(length));
  expect(hash(streams)).toEqual(streams.map((bytes) => createHash('md5').update(bytes).digest('hex')));
});

test('nothing is left of one call in the next', () => {
  const streams = [randomBytes(WINDOW + 100), randomBytes(70)];
  const once = hash(streams);
  hash([randomBytes(2 * WINDOW)]);
  expect(hash(streams)).toEqual(once);
});
