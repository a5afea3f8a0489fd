import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { WorkFolder } from '../../../src/s3-admin/mirror/copy/work-folder.js';
import type { RunResult } from '../../../src/s3-admin/mirror/run/run-result.js';
import type { ObjectRow } from '../../../src/s3-admin/state/object-row.js';
import { temporaryFolder } from '../../services/index.js';
import { MirrorLab } from './mirror-lab.js';

let lab: MirrorLab;
/** A folder of someone else's, outside of the mirror. */
let outside: string;
beforeEach(async () => {
  lab = await MirrorLab.on('radosgw');
  outside = temporaryFolder('outside');
});

/** Puts a link to the folder outside in a folder's place; what was there lies outside from now on. */
function moveOutside(folder: string): void {
  renameSync(folder, join(outside, 'moved'));
  symlinkSync(join(outside, 'moved'), folder);
}

test('the root by another name, a link to it, is the same mirror', async () => {
  await lab.put('a');
  expect((await lab.mirror()).code).toBe(0);
  symlinkSync(lab.root, join(outside, 'mirror'));
  const { code, json } = await lab.mirror('--root', join(outside, 'mirror'));
  expect([code, json<RunResult>().copied.files]).toEqual([0, 0]);
});

test('a folder that is a symbolic link: its objects fail and name it, the others are copied, nothing is written outside', async () => {
  for (const key of ['ok', 'link/a', 'link/deep/b']) await lab.put(key);
  mkdirSync(lab.path(''), { recursive: true });
  symlinkSync(outside, lab.path('link'));
  const { code, json } = await lab.mirror();
  expect([code, json<RunResult>().failed]).toEqual([1, 2]);
  expect(lab.file('ok')).toBe('content of ok');
  expect(readdirSync(outside)).toEqual([]);
  const { stdout } = await lab.call('errors', '-b', lab.bucket);
  expect(stdout).toContain(`symbolic_link: ${lab.path('link')} is a symbolic link`);
  expect(stdout).toContain('replace it by a folder');
});

test('a link to nowhere in a folder’s place is no folder to be made', async () => {
  await lab.put('link/a');
  mkdirSync(lab.path(''), { recursive: true });
  symlinkSync(join(outside, 'not-there'), lab.path('link'));
  expect((await lab.mirror()).code).toBe(1);
  expect(readdirSync(outside)).toEqual([]);
});

test('a bucket’s own folder that is a link: an error of that bucket, which says what to do', async () => {
  await lab.put('a');
  mkdirSync(lab.root, { recursive: true });
  symlinkSync(outside, join(lab.root, lab.bucket));
  const { code, json } = await lab.mirror();
  expect(code).toBe(1);
  expect(json<RunResult>().bucketErrors).toEqual([
    { bucket: lab.bucket, error: expect.stringMatching(/is a symbolic link.*replace it by a folder/) },
  ]);
  expect(readdirSync(outside)).toEqual([]);
});

test('a copy that lies behind a link made since is not taken for one, and S3 keeps its object', async () => {
  for (const key of ['ok', 'dir/a']) await lab.put(key);
  await lab.mirror();
  moveOutside(lab.path('dir'));
  const refused = await lab.delete(lab.bucket);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/"dir\/a": .*dir is a symbolic link/);
  expect(await lab.versionsInS3()).toEqual(['dir/a', 'ok']);
  expect((await lab.call('verify', '-b', lab.bucket)).code).toBe(1);
  expect((await lab.call('errors', '-b', lab.bucket)).stdout).toMatch(
    /symbolic_link: .*dir is a symbolic link/,
  );
});

test('a link in a copy’s own place is neither followed nor removed; once it is gone the copy comes again', async () => {
  await lab.put('a');
  await lab.mirror();
  renameSync(lab.path('a'), join(outside, 'a'));
  symlinkSync(join(outside, 'a'), lab.path('a'));
  expect((await lab.call('verify', '-b', lab.bucket)).code).toBe(1);
  writeFileSync(join(outside, 'a'), 'of someone');
  expect((await lab.mirror('retry')).code).toBe(1);
  expect([lstatSync(lab.path('a')).isSymbolicLink(), readFileSync(join(outside, 'a'), 'utf8')]).toEqual([
    true,
    'of someone',
  ]);
  rmSync(lab.path('a'));
  expect((await lab.mirror('retry')).code).toBe(0);
  expect([lab.file('a'), readFileSync(join(outside, 'a'), 'utf8')]).toEqual(['content of a', 'of someone']);
});

test('a state that was lost: what lies behind a link is neither taken over nor touched', async () => {
  await lab.put('dir/a');
  await lab.mirror();
  moveOutside(lab.path('dir'));
  const { mtimeMs } = lstatSync(join(outside, 'moved/a'));
  lab.stdin = 'reset\n';
  await lab.call('reset');
  const { code, json } = await lab.mirror();
  expect([code, json<RunResult>().failed]).toEqual([1, 1]);
  expect(lstatSync(join(outside, 'moved/a')).mtimeMs).toBe(mtimeMs);
});

test('a version that makes room is not moved through a link', async () => {
  await lab.versioning();
  await lab.put('dir/doc', 'one');
  await lab.mirror();
  moveOutside(lab.path('dir'));
  await lab.put('dir/doc', 'two');
  const { code, json } = await lab.mirror();
  expect([code, json<RunResult>().bucketErrors[0]?.error]).toEqual([
    1,
    expect.stringContaining(`${lab.path('dir')} is a symbolic link`),
  ]);
  expect(readdirSync(join(outside, 'moved'))).toEqual(['doc']);
  expect(readFileSync(join(outside, 'moved/doc'), 'utf8')).toBe('one');
});

test('a link in the place that a version would move to is named, not replaced', async () => {
  await lab.versioning();
  const { VersionId } = await lab.put('doc', 'one');
  await lab.mirror();
  const place = lab.path(`doc^v${VersionId}`);
  symlinkSync(join(outside, 'theirs'), place);
  await lab.put('doc', 'two');
  const { code, json } = await lab.mirror();
  expect([code, json<RunResult>().bucketErrors[0]?.error]).toEqual([
    1,
    expect.stringContaining(`${place} is a symbolic link`),
  ]);
  expect([lstatSync(place).isSymbolicLink(), lab.file('doc')]).toEqual([true, 'one']);
  rmSync(place);
  expect((await lab.mirror()).code).toBe(0);
  expect([lab.file(`doc^v${VersionId}`), lab.file('doc')]).toEqual(['one', 'two']);
});

test.each(['.mirror', '.mirror/tmp', '.mirror/partial'])(
  'work folder %s that is a link: nothing begins, and nothing behind it is cleaned up',
  async (name) => {
    await lab.put('a');
    mkdirSync(join(outside, 'tmp'));
    for (const file of ['precious', 'tmp/precious']) writeFileSync(join(outside, file), 'mine');
    mkdirSync(join(lab.root, name, '..'), { recursive: true });
    symlinkSync(outside, join(lab.root, name));
    const { code, json } = await lab.mirror();
    expect([code, json()]).toMatchObject([2, { error: { code: 'symbolic_link' } }]);
    expect(json<{ error: { detail: string } }>().error.detail).toContain(join(lab.root, name));
    expect(readdirSync(outside, { recursive: true }).sort()).toEqual(['precious', 'tmp', 'tmp/precious']);
  },
);

test.each([
  ['state.db', ['', 'status', 'reset']],
  ['state.db-lock', ['']],
  ['id', ['']],
])('a link in the place of .mirror/%s: nothing is written to where it leads', async (name, commands) => {
  mkdirSync(join(lab.root, '.mirror'), { recursive: true });
  symlinkSync(join(outside, name), join(lab.root, '.mirror', name));
  for (const command of commands) {
    const { code, json } = await lab.call(...(command ? [command] : []));
    expect([code, json()]).toMatchObject([2, { error: { code: 'symbolic_link' } }]);
  }
  expect(readdirSync(outside)).toEqual([]);
});

test('a link among the partial files is not written through', async () => {
  const bytes = Buffer.alloc(3 << 20, 'x');
  await lab.put('large', bytes);
  await lab.mirrorUntil('scan');
  const row = lab.state((state, id) => state.objects.get(id, 'large', 'null')) as ObjectRow;
  writeFileSync(join(outside, 'theirs'), 'mine');
  const work = new WorkFolder(lab.root);
  symlinkSync(join(outside, 'theirs'), work.partialFile(work.partialName(row)));
  expect((await lab.mirror('--large-object', '2MiB', '--part-size', '1MiB')).code).toBe(0);
  expect(readFileSync(join(outside, 'theirs'), 'utf8')).toBe('mine');
  expect(readFileSync(lab.path('large')).equals(bytes)).toBe(true);
});
