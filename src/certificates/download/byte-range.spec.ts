import { namesEtag, requestedRange } from './byte-range.js';

describe('requestedRange', () => {
  it.each([
    [undefined, null],
    ['bytes=0-9', { start: 0, end: 9 }],
    ['bytes=90-', { start: 90, end: 99 }],
    ['bytes=-10', { start: 90, end: 99 }],
    ['bytes=50-5000', { start: 50, end: 99 }],
    ['bytes=0-9,20-29', null],
    ['lines=0-9', null],
    ['nonsense', null],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=200-300', 'unsatisfiable'],
  ])('%j of 100 bytes is %j', (header, expected) => {
    expect(requestedRange(header, 100)).toEqual(expected);
  });
});

describe('namesEtag', () => {
  it.each([
    [undefined, false],
    ['"a"', true],
    ['W/"a"', true],
    ['"b", "a"', true],
    ['*', true],
    ['"b"', false],
    ['a', false],
  ])('%j names "a": %j', (header, expected) => {
    expect(namesEtag(header, '"a"')).toBe(expected);
  });
});
