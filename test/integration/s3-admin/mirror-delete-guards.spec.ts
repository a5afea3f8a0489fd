import { CreateBucketCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { s3Error, ScriptedServer } from '../../kit/scripted-server.js';
import { services } from '../../services/index.js';
import { MirrorLab } from './mirror-lab.js';

interface Report {
  buckets: {
    outcome: string;
    error?: string;
    survey: { bucket: string; refusals: string[] };
    deletion?: { deleted: number; failures: { key: string; error: string }[]; stopped?: string };
  }[];
}

let server: ScriptedServer;
let lab: MirrorLab;
beforeEach(async () => {
  const { endpoint } = await services.radosgw();
  server = await ScriptedServer.before(endpoint);
  lab = await MirrorLab.on('radosgw', server.url);
});
afterEach(() => server.close());

const deletions = () =>
  server.asked.filter(({ method, query }) => method === 'DELETE' || query.has('delete'));

/** A refusal that names no version. */
const refuseToDeleteB: ScriptedServer['script'] = ({ query }) =>
  query.has('delete')
    ? {
        status: 200,
        body: '<DeleteResult><Error><Key>b</Key><Code>AccessDenied</Code><Message>not you</Message></Error></DeleteResult>',
      }
    : undefined;

test('MFA delete is noticed before anything is touched', async () => {
  await lab.put('a');
  await lab.mirror();
  server.script = ({ method, query }) =>
    method === 'GET' && query.has('versioning')
      ? {
          status: 200,
          body: '<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>',
        }
      : undefined;
  const called = await lab.delete(lab.bucket);
  expect([called.code, called.json<Report>().buckets[0]?.outcome]).toEqual([2, 'refused']);
  expect(called.stderr).toContain('MFA delete is on');
  expect(called.stderr).not.toContain('Type the name');
  expect(deletions()).toEqual([]);
});

test('what S3 refuses to delete is reported by its key, stays in the record, and keeps the bucket', async () => {
  for (const key of ['a', 'b', 'c']) await lab.put(key);
  await lab.mirror();
  server.script = refuseToDeleteB;
  const called = await lab.delete(lab.bucket);
  const [outcome] = called.json<Report>().buckets;
  expect([called.code, outcome?.outcome]).toEqual([1, 'stopped']);
  expect(outcome?.deletion).toMatchObject({
    deleted: 2,
    failures: [{ key: 'b', error: 'AccessDenied: not you (s3:DeleteObject)' }],
  });
  expect(lab.state((state, id) => state.objects.get(id, 'b', 'null')?.state)).toBe('verified');
  expect(server.asked.filter(({ method }) => method === 'DELETE')).toEqual([]);
});

test('a refusal that names no version counts for every version of its key', async () => {
  await lab.versioning();
  for (const key of ['a', 'b', 'b']) await lab.put(key);
  await lab.mirror();
  server.script = refuseToDeleteB;
  const called = await lab.delete(lab.bucket);
  expect(called.json<Report>().buckets[0]?.deletion).toMatchObject({
    deleted: 1,
    failures: [{ key: 'b' }, { key: 'b' }],
  });
});

test('an error in the middle ends that bucket only, and what was deleted is told: exit 1', async () => {
  for (let i = 0; i < 3; i++) await lab.put(`k${i}`);
  await lab.mirror();
  const second = `${lab.bucket}-2`;
  await lab.s3.send(new CreateBucketCommand({ Bucket: second }));
  expect((await lab.call('-b', second)).code).toBe(0);
  server.script = ({ method, path }) =>
    method === 'DELETE' && path.startsWith(`/${lab.bucket}`) && !path.includes(second)
      ? s3Error(403, 'AccessDenied')
      : undefined;
  // The bucket itself: its objects are gone by then.
  lab.stdin = `${lab.bucket}\n${second}\n`;
  const first = await lab.call('delete', lab.bucket, second);
  expect([first.code, first.json<Report>().buckets.map(({ outcome }) => outcome)]).toEqual([
    1,
    ['stopped', 'deleted'],
  ]);
});

test('an answer that fails leaves open what was deleted, and that is said: exit 1', async () => {
  await lab.put('a');
  await lab.mirror();
  server.script = ({ method, query }) =>
    method === 'POST' && query.has('delete') ? s3Error(500, 'InternalError') : undefined;
  const called = await lab.delete(lab.bucket);
  const [outcome] = called.json<Report>().buckets;
  expect([called.code, outcome?.outcome]).toEqual([1, 'stopped']);
  expect(outcome?.deletion?.stopped).toMatch(/InternalError.*1 more may be deleted; run `mirror`/);
});

test('a listing that breaks off while deleting is reported with what was deleted before: exit 1', async () => {
  await lab.put('a');
  await lab.mirror();
  let listings = 0;
  server.script = ({ method, query }) =>
    method === 'GET' && query.has('list-type') && ++listings === 2 ? s3Error(403, 'AccessDenied') : undefined;
  const called = await lab.delete(lab.bucket);
  const [outcome] = called.json<Report>().buckets;
  expect([called.code, outcome?.outcome]).toEqual([1, 'stopped']);
  expect(outcome?.deletion?.stopped).toContain('AccessDenied');
  expect(deletions()).toEqual([]);
});

test('a bucket that can not be looked at is a failure of its own; the next one is asked for', async () => {
  await lab.put('a');
  await lab.mirror();
  const second = `${lab.bucket}-2`;
  await lab.s3.send(new CreateBucketCommand({ Bucket: second }));
  expect((await lab.call('-b', second)).code).toBe(0);
  server.script = ({ method, path, query }) =>
    method === 'GET' && query.has('versioning') && path.startsWith(`/${lab.bucket}`) && !path.includes(second)
      ? s3Error(403, 'AccessDenied')
      : undefined;
  lab.stdin = `${second}\n`;
  const called = await lab.call('delete', lab.bucket, second);
  expect(called.code).toBe(1);
  expect(called.json<Report>().buckets.map(({ outcome }) => outcome)).toEqual(['refused', 'deleted']);
});

test('a copy that was touched on the disk after it was verified forbids it, whatever its size and time say', async () => {
  await lab.put('a', 'content of a');
  await lab.mirror();
  const refused = async (): Promise<string> => {
    const called = await lab.delete(lab.bucket);
    expect([called.code, called.json<Report>().buckets[0]?.outcome]).toEqual([2, 'refused']);
    return called.stderr;
  };
  lab.flipByte('a');
  const said = await refused();
  expect(said).toContain('may have changed since it was verified');
  expect(said).toContain('run `mirror verify`');
  expect(said).not.toContain('run `mirror` to copy');
  expect(await lab.versionsInS3()).toEqual(['a']);
  expect((await lab.call('verify', '-b', lab.bucket)).code).toBe(1);
  // Put back: the next verify finds it right, and then it may go.
  lab.flipByte('a');
  expect((await lab.call('verify', '-b', lab.bucket)).code).toBe(0);
  expect((await lab.delete(lab.bucket)).code).toBe(0);
});

test('a copy that the mirror itself moved may go, unless it was touched before; so is one verified before the state could tell', async () => {
  await lab.versioning();
  for (const key of ['moved', 'touched', 'old']) await lab.put(key);
  await lab.mirror();
  for (const key of ['moved', 'touched']) await lab.put(key, 'another version');
  lab.flipByte('touched');
  await lab.mirror();
  lab.state((state, id) => {
    const [old] = state.objects.versionsOf(id, 'old');
    if (old) state.objects.update(old, { file_changed: null });
  });
  const [{ survey } = { survey: undefined }] = (await lab.delete(lab.bucket)).json<Report>().buckets;
  expect(survey?.refusals).toEqual([
    expect.stringMatching(/^"old" .* may have changed/),
    expect.stringMatching(/^"touched" .*touched\^v.* may have changed/),
    expect.stringContaining('run `mirror verify`'),
  ]);
  expect((await lab.call('verify', '-b', lab.bucket)).code).toBe(1);
  lab.flipByte(
    `touched^v${lab.state((state, id) => state.objects.versionsOf(id, 'touched').find(({ latest }) => !latest)?.version)}`,
  );
  expect((await lab.call('verify', '-b', lab.bucket)).code).toBe(0);
  expect((await lab.delete(lab.bucket)).code).toBe(0);
});

test('a key whose versions are on several pages goes whole', async () => {
  await lab.versioning();
  for (let i = 0; i < 7; i++) await lab.put('many', `version ${i}`);
  await lab.put('next');
  await lab.mirror();
  server.script = async ({ method, query }) => {
    if (method !== 'GET' || !query.has('versions')) return undefined;
    const [KeyMarker, VersionIdMarker] = [query.get('key-marker'), query.get('version-id-marker')];
    const markers = { ...(KeyMarker && { KeyMarker }), ...(VersionIdMarker && { VersionIdMarker }) };
    const page = { Bucket: lab.bucket, MaxKeys: 2, ...markers };
    const answer = await fetch(await getSignedUrl(lab.s3, new ListObjectVersionsCommand(page)));
    return { status: answer.status, body: await answer.text() };
  };
  const called = await lab.delete(lab.bucket);
  expect([called.code, called.json<Report>().buckets[0]?.deletion?.deleted]).toEqual([0, 8]);
});

test('a key that XML can not carry goes by a request of its own, which names the ETag, too', async () => {
  const { ETag } = await lab.put('ctl\x01');
  await lab.mirror();
  let ifMatch: string | undefined;
  server.script = ({ method, path, headers }) => {
    if (method !== 'DELETE' || !path.endsWith('\x01')) return undefined;
    ifMatch = headers['if-match'];
    return s3Error(412, 'PreconditionFailed');
  };
  const called = await lab.delete(lab.bucket);
  expect([called.code, ifMatch]).toEqual([1, ETag]);
  expect(called.json<Report>().buckets[0]?.deletion).toMatchObject({
    deleted: 0,
    failures: [{ key: 'ctl\x01' }],
  });
  expect(lab.state((state, id) => state.objects.get(id, 'ctl\x01', 'null')?.state)).toBe('verified');
});

test('where versioning is suspended, the current null version is named by its ETag too', async () => {
  await lab.versioning();
  await lab.put('doc', 'one');
  await lab.versioning('Suspended');
  await lab.put('doc', 'two');
  await lab.mirror();
  expect((await lab.delete(lab.bucket)).code).toBe(0);
  const body = server.asked.find(({ query }) => query.has('delete'))?.body ?? '';
  expect(body.match(/<Object>.*?<\/Object>/g)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/<VersionId>null<\/VersionId>.*<ETag>|<ETag>.*<VersionId>null<\/VersionId>/),
      expect.not.stringContaining('<ETag>'),
    ]),
  );
  await expect(lab.s3.send(new ListObjectVersionsCommand({ Bucket: lab.bucket }))).rejects.toThrow();
});
