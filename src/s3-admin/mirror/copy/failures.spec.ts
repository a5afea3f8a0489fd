import { kindOf } from './failures.js';
import { S3ReadError } from './response.js';

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

test.each([
  [-122, 'a full quota'],
  [-116, 'a lost NFS mount'],
])('errno %i, which Node does not name, stops the run: %s', (errno) => {
  for (const code of ['UNKNOWN', `Unknown system error ${errno}`]) {
    expect(kindOf(Object.assign(new Error(`${code}, write`), { code, errno }))).toBe('stop');
  }
});

test.each(['InvalidToken', 'ExpiredToken', 'InvalidAccessKeyId', 'SignatureDoesNotMatch'])(
  'S3 says %s: the next object would fare no better',
  (code) => expect(kindOf(new S3ReadError(403, code, `${code}: no`))).toBe('stop'),
);

test('credentials that can no longer be had, as the SDK says it, stop the run', () => {
  expect(kindOf(Object.assign(new Error('no role'), { name: 'CredentialsProviderError' }))).toBe('stop');
});
