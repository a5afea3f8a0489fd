import { readdirSync } from 'node:fs';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { s3Error, ScriptedServer } from '../../kit/scripted-server.js';
import { services, temporaryFolder } from '../../services/index.js';
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
    expect((await lab.call('-b', bucket)).stderr).toContain(`bucket ${bucket} does not exist`);
  },
);

const smokeBuckets = async ({ s3 }: MirrorLab): Promise<string[]> => {
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  return Buckets.flatMap(({ Name = '' }) => (Name.startsWith('s3-admin-smoke-') ? [Name] : []));
};

test('a smoke test that was killed is cleaned up by the next one, one that runs is not', async () => {
  const lab = await MirrorLab.on('radosgw');
  lab.settings.TMPDIR = temporaryFolder('smoke');
  const left = async (): Promise<string> => {
    const child = lab.process(['mirror', 'smoke-test']);
    await child.printed('ok   create');
    child.kill('SIGSTOP');
    const [bucket = ''] = (await smokeBuckets(lab)).filter((name) => !known.includes(name));
    known.push(bucket);
    stopped.push(child);
    return bucket;
  };
  const [known, stopped]: [string[], ReturnType<MirrorLab['process']>[]] = [await smokeBuckets(lab), []];
  const [killed, running] = [await left(), await left()];
  await stopped[0]?.kill('SIGKILL').ended;

  const next = await lab.process(['mirror', 'smoke-test']).ended;
  expect([next.code, next.stderr]).toEqual([0, expect.stringContaining(`removed ${killed}, `)]);
  expect(await smokeBuckets(lab)).toContain(running);
  expect(await smokeBuckets(lab)).not.toContain(killed);
  stopped[1]?.kill('SIGCONT');
  expect((await stopped[1]?.ended)?.code).toBe(0);
  expect(readdirSync(lab.settings.TMPDIR)).toEqual([]);
});

test('a bucket that can’t be removed is named, and what comes of it; one never made is not', async () => {
  const server = await ScriptedServer.before((await services.radosgw()).endpoint);
  const lab = await MirrorLab.on('radosgw', server.url);
  lab.settings.TMPDIR = temporaryFolder('smoke');
  server.script = ({ method }) => (method === 'DELETE' ? s3Error(403, 'AccessDenied') : undefined);
  const denied = await lab.process(['mirror', 'smoke-test']).ended;
  expect([denied.code, denied.stderr]).toEqual([
    1,
    expect.stringMatching(/FAIL clean up: s3-admin-smoke-\S+ is left: AccessDenied.*next smoke test/),
  ]);
  server.script = () => undefined;
  const next = await lab.process(['mirror', 'smoke-test']).ended;
  expect([next.code, next.stderr]).toEqual([0, expect.stringMatching(/^removed s3-admin-smoke-/)]);
  lab.settings.AWS_ACCESS_KEY_ID = 'nobody';
  const nobody = await lab.process(['mirror', 'smoke-test']).ended;
  expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringMatching(/^FAIL create: Invalid.*\n$/)]);
  await server.close();
  // Some servers that speak S3's protocol refuse uploads with the checksums that the SDK adds unless told otherwise.
  const uploads = server.asked.filter(({ method, path }) => method === 'PUT' && /^\/[^/]+\/./.test(path));
  expect(uploads.length).toBeGreaterThan(0);
  expect(uploads.flatMap(({ headers }) => Object.keys(headers)).join()).not.toContain('checksum');
});
