import type { RunResult } from '../../../src/s3-admin/mirror/run/run-result.js';
import { type PrivateRadosgw, startRadosgw } from '../../services/index.js';
import { MirrorLab } from './mirror-lab.js';

let server: PrivateRadosgw;
let lab: MirrorLab;
beforeAll(async () => {
  server = await startRadosgw();
});
afterAll(() => server.close());
beforeEach(async () => {
  lab = await MirrorLab.on(server);
  for (let i = 0; i < 20; i++) await lab.put(`k${i}`);
});
afterEach(() => server.thaw());

test.each([
  ['while it lists', undefined],
  ['while it copies', 'scan:'],
])(
  'a server that stops answering %s: exit 2 and what to do; thawed, the next run goes on',
  async (_, start) => {
    if (start === undefined) server.freeze();
    else lab.onceStderr(start, () => server.freeze());
    const frozen = await lab.mirror('--timeout', '1');
    expect([frozen.code, frozen.stderr]).toEqual([
      2,
      expect.stringMatching(/error: .*\n {2}next: check the network/),
    ]);
    server.thaw();
    const { code, json } = await lab.mirror();
    expect([code, json<RunResult>().verified[0]?.right]).toEqual([0, { md5: 20 }]);
  },
);

test('a server that stops answering before a deletion: refused, and nothing is deleted', async () => {
  await lab.mirror();
  server.freeze();
  const { code, stderr } = await lab.delete(lab.bucket, '--timeout', '1');
  expect([code, stderr]).toEqual([2, expect.stringContaining("it can't be inspected")]);
  server.thaw();
  expect(await lab.versionsInS3()).toHaveLength(20);
});
