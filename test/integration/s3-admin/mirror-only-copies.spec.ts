import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { CreateBucketCommand, DeleteBucketCommand } from '@aws-sdk/client-s3';
import type { ObjectState } from '../../../src/s3-admin/state/object-states.js';
import { MirrorLab } from './mirror-lab.js';

let lab: MirrorLab;
beforeEach(async () => {
  lab = await MirrorLab.on('radosgw');
});

const count = (...states: ObjectState[]) => lab.state((state, id) => state.tallies.count(states, id).files);
const errors = async () => {
  const { code, json } = await lab.mirror('errors');
  return [code, json<{ total: number }>().total];
};

describe('copies that are found wrong while the disk is away', () => {
  const away = () => renameSync(lab.path(''), `${lab.root}/elsewhere`);
  const back = () => renameSync(`${lab.root}/elsewhere`, lab.path(''));

  test('of a bucket that was deleted: reported until they are right again, and never given up', async () => {
    for (const key of ['a', 'b/c']) await lab.put(key);
    await lab.mirror();
    await lab.delete(lab.bucket);
    away();
    expect((await lab.mirror('verify')).code).toBe(1);
    expect(await errors()).toEqual([1, 2]);
    expect((await lab.mirror('status')).json()).toMatchObject({
      completedBuckets: 0,
      buckets: [{ failed: 2 }],
    });
    await lab.mirror('retry');
    await lab.mirror();
    expect(await errors()).toEqual([1, 2]);
    back();
    expect((await lab.mirror('verify')).code).toBe(0);
    expect([count('deleted'), await errors()]).toEqual([2, [0, 0]]);
  });

  test('of an object that is gone from its bucket', async () => {
    for (const key of ['gone', 'here']) await lab.put(key);
    await lab.mirror();
    await lab.remove('gone');
    await lab.mirror();
    away();
    expect((await lab.mirror('verify')).code).toBe(1);
    back();
    expect((await lab.mirror()).code).toBe(0);
    expect(await errors()).toEqual([1, 1]);
    const verified = await lab.mirror('verify');
    expect([verified.code, verified.json()]).toMatchObject([0, { buckets: [{ extra: 0 }] }]);
    expect([count('kept'), count('verified'), await errors()]).toEqual([1, 1, [0, 0]]);
  });

  test.each([['mirror'], ['retry']])(
    'of an object that goes from its bucket meanwhile: kept (%s)',
    async (command) => {
      for (const key of ['gone', 'here']) await lab.put(key);
      await lab.mirror();
      away();
      await lab.mirror('verify');
      back();
      await lab.remove('gone');
      await lab.mirror(...(command === 'mirror' ? [] : [command]));
      expect([count('kept'), count('verified'), lab.file('gone')]).toEqual([1, 1, 'content of gone']);
      expect(await errors()).toEqual([1, 1]);
      expect((await lab.mirror('verify')).code).toBe(0);
      expect(await errors()).toEqual([0, 0]);
    },
  );

  test('are right again for verify, without a copy: also where the whole bucket is gone', async () => {
    await lab.put('a');
    await lab.mirror();
    away();
    await lab.mirror('verify');
    back();
    const verified = await lab.mirror('verify');
    expect([verified.code, verified.json()]).toMatchObject([
      0,
      { buckets: [{ right: { md5: 1 }, complete: true }] },
    ]);
  });

  test('that are really gone stay wrong', async () => {
    await lab.put('a');
    await lab.mirror();
    await lab.delete(lab.bucket);
    writeFileSync(lab.path('a'), 'CONTENT of a');
    for (const _ of [1, 2]) expect((await lab.mirror('verify')).code).toBe(1);
    const { stderr, json } = await lab.mirror('errors');
    expect(stderr).toBe('');
    const [error, next] = [/content_differs/, /put the file back/].map((text) => expect.stringMatching(text));
    expect(json()).toMatchObject({ total: 1, errors: [{ key: 'a', error, next }] });
  });
});

test('an earlier copy is not held against checksums that are no longer S3’s', async () => {
  lab = await MirrorLab.on('moto');
  const more = { ServerSideEncryption: 'aws:kms', ChecksumAlgorithm: 'SHA256' } as const;
  await lab.put('d/a', 'one', more);
  await lab.mirror();
  renameSync(lab.path('d'), lab.path('../aside'));
  await lab.mirror('verify');
  writeFileSync(lab.path('d'), 'in the way');
  await lab.put('d/a', 'two', more);
  await lab.mirror('retry');
  expect((await lab.mirror('errors')).stdout).toContain('path_blocked');
  rmSync(lab.path('d'));
  renameSync(lab.path('../aside'), lab.path('d'));
  expect((await lab.mirror('verify')).code).toBe(1);
  expect(count('verified')).toBe(0);
});

describe('a key that comes back with other content', () => {
  const asides = (): string[] =>
    lab.state((state, id) => state.objects.versionsOf(id, 'a').map(({ version }) => version)).sort();

  test('after its bucket was deleted and made anew: the only copy of what was deleted stays', async () => {
    await lab.put('a', 'deleted from S3');
    await lab.mirror();
    await lab.delete(lab.bucket);
    await lab.s3.send(new CreateBucketCommand({ Bucket: lab.bucket }));
    await lab.put('a', 'new');
    await lab.mirror();
    const [aside] = asides().filter((version) => version !== 'null');
    expect([lab.file('a'), lab.file(`a^v${aside}`)]).toEqual(['new', 'deleted from S3']);
    expect([count('deleted'), count('verified')]).toEqual([1, 1]);
    const verified = await lab.mirror('verify');
    expect([verified.code, verified.json()]).toMatchObject([
      0,
      { buckets: [{ extra: 0, right: { md5: 2 } }] },
    ]);
  });

  test('after its bucket was seen to be gone and is there again: the same', async () => {
    for (const key of ['a', 'same']) await lab.put(key);
    await lab.mirror();
    for (const key of ['a', 'same']) await lab.remove(key);
    await lab.s3.send(new DeleteBucketCommand({ Bucket: lab.bucket }));
    expect((await lab.mirror()).code).toBe(2);
    await lab.s3.send(new CreateBucketCommand({ Bucket: lab.bucket }));
    for (const [key, content] of Object.entries({ a: 'new', same: 'content of same' }))
      await lab.put(key, content);
    expect((await lab.mirror()).code).toBe(0);
    const [aside] = asides().filter((version) => version !== 'null');
    expect([lab.file('a'), lab.file(`a^v${aside}`)]).toEqual(['new', 'content of a']);
    expect([count('kept'), count('verified')]).toEqual([1, 2]);
  });

  test('where suspended versioning left a null delete marker in between', async () => {
    await lab.versioning('Suspended');
    for (const content of ['one', 'two']) {
      await lab.put('a', content);
      expect((await lab.mirror()).code).toBe(0);
      await lab.remove('a');
      expect((await lab.mirror()).code).toBe(0);
    }
    await lab.put('a', 'three');
    expect([(await lab.mirror()).code, (await lab.mirror('verify')).code]).toEqual([0, 0]);
    const contents = asides().map((version) =>
      readFileSync(lab.path(version === 'null' ? 'a' : `a^v${version}`), 'utf8'),
    );
    expect(contents.sort()).toEqual(['one', 'three', 'two']);
    expect((await lab.delete(lab.bucket)).code).toBe(0);
  });

  test('twice over, with a kept copy: each stays; the same content is the same copy', async () => {
    for (const content of ['one', 'two', 'two', 'one', 'two']) {
      await lab.put('a', content);
      await lab.mirror();
      await lab.remove('a');
      await lab.mirror();
    }
    const contents = asides().map((version) =>
      readFileSync(lab.path(version === 'null' ? 'a' : `a^v${version}`), 'utf8'),
    );
    expect(contents.sort()).toEqual(['one', 'one', 'two', 'two']);
    expect((await lab.mirror('verify')).code).toBe(0);
    expect(existsSync(lab.path('a'))).toBe(true);
  });

  test('after the state was lost: what it does not know is set aside, each time, and reported', async () => {
    for (const content of ['one', 'two', 'three']) {
      await lab.put('a', content);
      expect((await lab.mirror()).stderr.includes('"a" was there with other content')).toBe(
        content !== 'one',
      );
      await lab.remove('a');
      await lab.mirror();
      rmSync(lab.path('../.mirror'), { recursive: true });
    }
    expect(['a', 'a^vunknown-1', 'a^vunknown-2'].map((path) => lab.file(path))).toEqual([
      'three',
      'one',
      'two',
    ]);
    await lab.put('a', 'three');
    expect((await lab.mirror()).code).toBe(0);
    const verified = await lab.mirror('verify');
    expect([verified.code, verified.json()]).toMatchObject([
      0,
      { buckets: [{ extra: 2, right: { md5: 1 } }] },
    ]);
  });

  test('and was changed in the bucket before: its former content is replaced', async () => {
    for (const content of ['one', 'two']) {
      await lab.put('a', content);
      await lab.mirror();
    }
    expect([lab.file('a'), existsSync(lab.path('a^vunknown-1'))]).toEqual(['two', false]);
  });
});

test('what a killed run placed is no other content, also where S3 gives nothing to compare', async () => {
  await lab.put('a', 'content', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'testkey-1' });
  await lab.mirror();
  rmSync(lab.path('../.mirror'), { recursive: true });
  const { code, json } = await lab.mirror();
  expect([code, json()]).toMatchObject([0, { verified: [{ right: { none: 1 }, extra: 0 }] }]);
});

test('an object whose key needs a folder where a copy is finds room, also where S3 gives nothing to compare', async () => {
  const more = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'testkey-1' } as const;
  await lab.put('a', 'file', more);
  await lab.mirror();
  await lab.put('a/b', 'below', more);
  expect((await lab.mirror()).code).toBe(0);
  expect([lab.file('a^f'), lab.file('a/b')]).toEqual(['file', 'below']);
});
