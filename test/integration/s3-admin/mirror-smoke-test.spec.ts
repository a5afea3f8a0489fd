import { MirrorLab } from './mirror-lab.js';

test.each(['radosgw', 'moto'] as const)(
  'the smoke test passes on %s, and leaves no bucket',
  async (server) => {
    const lab = await MirrorLab.on(server);
    const { code, json, stderr } = await lab.call('smoke-test');
    expect([code, stderr.match(/FAIL.*/)?.[0]]).toEqual([0, undefined]);
    const { bucket, steps } = json<{ bucket: string; steps: { step: string }[] }>();
    expect(steps.map(({ step }) => step)).toEqual([
      'create',
      'upload',
      'mirror',
      'manifest',
      'verify',
      'delete',
      'record',
    ]);
    expect((await lab.call('-b', bucket)).stderr).toContain(`there is no bucket ${bucket}`);
  },
);
