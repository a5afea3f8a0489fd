import { requestedRange } from './byte-range.js';

describe('requestedRange', () => {
  it.each([
    [undefined, null],
    ['bytes=0-9', { start: 0, end: 9 }],
    ['bytes=90-', { start: 90, end: 99 }],
    ['Bytes=-10', { start: 90, end: 99 }],
    ['bytes=-5000', { start: 0, end: 99 }],
    ['bytes=50-5000', { start: 50, end: 99 }],
    ['bytes=0-9,20-29', null],
    ['lines=0-9', null],
    ['nonsense', null],
    ['bytes=-', null],
    ['bytes=20-10', null],
    ['bytes=1.5-3', null],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=200-300', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    [`bytes=${'9'.repeat(400)}-`, 'unsatisfiable'],
  ])('%j of 100 bytes is %j', (header, expected) => {
    expect(requestedRange(header, 100)).toEqual(expected);
  });
});
