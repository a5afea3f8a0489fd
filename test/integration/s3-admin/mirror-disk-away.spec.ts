import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { RunResult } from '../../../src/s3-admin/mirror/run/run-result.js';
import type { State } from '../../../src/s3-admin/state/state.js';
import { temporaryFolder } from '../../services/index.js';
import { MirrorLab } from './mirror-lab.js';

describe('a disk that goes away', () => {
  let lab: MirrorLab;
  const away = () => renameSync(lab.root, `${lab.root}-away`);
  const back = () => {
    rmSync(lab.root, { recursive: true, force: true });
    renameSync(`${lab.root}-away`, lab.root);
  };
  const failed = (bucket: string): number => {
    const count = (state: State) =>
      state.tallies.count(['failed'], state.buckets.all().find(({ name }) => name === bucket)?.id).files;
    return lab.state(count);
  };
  beforeEach(async () => {
    lab = await MirrorLab.on('radosgw');
    for (let i = 0; i < 60; i++) await lab.put(`k${i}`);
  });

  test.each(['nothing', 'another'])(
    'in the middle of a copy, %s in its place: the run ends with 2, no object has failed, and the next run goes on',
    async (instead) => {
      lab.onceStderr('scan:', () => {
        away();
        if (instead === 'another') mkdirSync(join(lab.root, '.mirror/tmp'), { recursive: true });
      });
      const gone = await lab.mirror('--concurrency', '1');
      if (instead === 'another') expect(readdirSync(lab.root)).toEqual(['.mirror']);
      back();
      expect([gone.code, gone.json()]).toMatchObject([2, { error: { code: 'root_gone' } }]);
      expect(failed(lab.bucket)).toBe(0);
      const { code, json } = await lab.mirror();
      expect([code, json<RunResult>().verified[0]?.right]).toEqual([0, { md5: 60 }]);
    },
  );

  test('between two runs, the state elsewhere: nothing passes for copied, nothing is written to what is in its place', async () => {
    const elsewhere = ['--state', join(temporaryFolder('state'), 'state.db')];
    expect((await lab.mirror(...elsewhere)).code).toBe(0);
    await lab.put('new');
    away();
    for (const command of [[], ['verify'], ['retry']]) {
      const refused = await lab.mirror(...elsewhere, ...command);
      expect([refused.code, refused.json()]).toMatchObject([2, { error: { code: 'other_root' } }]);
    }
    expect(readdirSync(lab.root)).toEqual(['.mirror']);
    back();
    const { code, json } = await lab.mirror(...elsewhere);
    expect([code, json<RunResult>().copied.files]).toEqual([0, 1]);
  });

  test('for good: who says that the empty folder is the one has everything copied again', async () => {
    const elsewhere = ['--state', join(temporaryFolder('state'), 'state.db')];
    expect((await lab.mirror(...elsewhere)).code).toBe(0);
    const id = readFileSync(join(lab.root, '.mirror/id'));
    rmSync(lab.root, { recursive: true });
    mkdirSync(join(lab.root, '.mirror'), { recursive: true });
    writeFileSync(join(lab.root, '.mirror/id'), id);
    expect((await lab.mirror(...elsewhere, 'verify')).code).toBe(1);
    const { code, json } = await lab.mirror(...elsewhere, 'retry');
    expect([code, json<RunResult>().copied.files]).toEqual([0, 60]);
  });

  test('in the middle of a verify: the run ends with 2, and no copy passes for missing', async () => {
    const first = `a-${lab.bucket}`.slice(0, 60);
    await lab.s3.send(new CreateBucketCommand({ Bucket: first }));
    await lab.s3.send(new PutObjectCommand({ Bucket: first, Key: 'spoilt', Body: 'content' }));
    const both = ['-b', first, '-b', lab.bucket];
    expect((await lab.call(...both)).code).toBe(0);
    writeFileSync(join(lab.root, first, 'spoilt'), 'CONTENT');
    lab.onceStderr('[ERROR]', away);
    const gone = await lab.call('verify', ...both);
    back();
    expect([gone.code, gone.json()]).toMatchObject([2, { error: { code: 'root_gone' } }]);
    expect([failed(first), failed(lab.bucket)]).toEqual([1, 0]);
  });
});
