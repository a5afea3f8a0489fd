import { kindOf } from './failures.js';

const failure = (code: string): Error => Object.assign(new Error(`${code}: it failed`), { code });

test.each([
  ['ECONNREFUSED', 'connection'],
  ['ECONNRESET', 'connection'],
  ['ENETUNREACH', 'connection'],
  ['ENOTFOUND', 'connection'],
  ['EAI_AGAIN', 'connection'],
  ['ECANCELED', 'connection'],
  ['ENOSPC', 'stop'],
  ['ESTALE', 'stop'],
  ['SQLITE_FULL', 'stop'],
  ['SQLITE_CONSTRAINT_TRIGGER', 'failed'],
  ['EFBIG', 'failed'],
  ['ENAMETOOLONG', 'failed'],
  ['EBUSY', 'failed'],
])('%s is %s', (code, kind) => {
  expect(kindOf(failure(code))).toBe(kind);
});
