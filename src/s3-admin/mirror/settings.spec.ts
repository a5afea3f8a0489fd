import { mirrorSettings } from './settings.js';

it('takes sizes in units of 1024, also by their short and decimal names, as rclone and the AWS CLI do', () => {
  const bytes = ['64MiB', '64MB', '64M', '64 mi', '65536KB', '67108864'].map(
    (size) => mirrorSettings({ MIRROR_LARGE_OBJECT: size }).largeObject,
  );
  expect(new Set(bytes)).toEqual(new Set([64 * 1024 * 1024]));
});

it.each([
  ['MIRROR_CONCURRENCY', ['0', '1e2', '0x10', '0b1', '5.0', '-1']],
  ['MIRROR_TIMEOUT', ['0', '1e2', '0x10']],
  ['GLACIER_RESTORE_DAYS', ['0', '1e1', '0x7']],
  ['MAX_GLACIER_RESTORES', ['0', '1e4', '9'.repeat(22)]],
  ['MIRROR_MIN_FREE', ['1e9', '-1', '1 furlong', `${'9'.repeat(20)}TiB`]],
])('%s refuses each of %j once, by name, flag and what it takes', (name, values) => {
  for (const value of values) {
    const message = new RegExp(`^${name} \\(--[\\w-]+\\): got "${value}", takes a (whole number|size) .*$`);
    expect(() => mirrorSettings({ [name]: value })).toThrow(message);
  }
});
