import { judge } from './preconditions.js';

const ETAG = '"a"';
/** As a row has it: finer than the header, which knows whole seconds. */
const GENERATED_AT = new Date('2026-04-22T20:00:00.438Z');
const THEN = 'Wed, 22 Apr 2026 20:00:00 GMT';
const BEFORE = 'Wed, 22 Apr 2026 19:59:59 GMT';

it.each([
  [{}, 'send'],
  [{ 'if-none-match': '"a"' }, 'unchanged'],
  [{ 'if-none-match': 'W/"a"' }, 'unchanged'],
  [{ 'if-none-match': '"b", "a"' }, 'unchanged'],
  [{ 'if-none-match': '*' }, 'unchanged'],
  [{ 'if-none-match': '"b"' }, 'send'],
  [{ 'if-none-match': 'a' }, 'send'],
  [{ 'if-modified-since': THEN }, 'unchanged'],
  [{ 'if-modified-since': BEFORE }, 'send'],
  [{ 'if-modified-since': 'yesterday' }, 'send'],
  [{ 'if-none-match': '"b"', 'if-modified-since': THEN }, 'send'],
  [{ 'if-match': '"b", "a"' }, 'send'],
  [{ 'if-match': '*' }, 'send'],
  [{ 'if-match': 'W/"a"' }, 'failed'],
  [{ 'if-match': '"b"' }, 'failed'],
  [{ 'if-unmodified-since': THEN }, 'send'],
  [{ 'if-unmodified-since': BEFORE }, 'failed'],
  [{ 'if-unmodified-since': 'yesterday' }, 'send'],
  [{ 'if-match': '"a"', 'if-unmodified-since': BEFORE }, 'send'],
  [{ 'if-match': '"b"', 'if-none-match': '"a"' }, 'failed'],
])('%j: %s', (headers, expected) => {
  expect(judge(headers, ETAG, GENERATED_AT)).toBe(expected);
});
