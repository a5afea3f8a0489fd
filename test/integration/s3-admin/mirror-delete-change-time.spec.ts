import { MirrorLab } from './mirror-lab.js';

// As on exFAT, which has no change time of its own: its driver shows the modification time instead.
jest.mock('../../../src/s3-admin/mirror/change-time.js', () => ({
  changeTime: ({ mtimeMs }: { mtimeMs: number }) => Math.floor(mtimeMs),
}));

test('on a disk without change times, delete reads every copy back first: one damaged since is found', async () => {
  const lab = await MirrorLab.on('radosgw');
  await lab.put('a');
  await lab.put('b');
  expect((await lab.mirror()).code).toBe(0);
  lab.flipByte('a');
  const refused = await lab.delete(lab.bucket);
  expect([refused.code, await lab.versionsInS3()]).toEqual([2, ['a', 'b']]);
  expect(refused.stderr).toContain('content_differs');
  expect((await lab.mirror('retry')).code).toBe(0);
  expect((await lab.delete(lab.bucket)).code).toBe(0);
});
