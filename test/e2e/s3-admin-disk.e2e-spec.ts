import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MirrorLab } from '../integration/s3-admin/mirror-lab.js';
import { temporaryFolder } from '../services/index.js';

let lab: MirrorLab;
beforeEach(async () => {
  lab = await MirrorLab.on('radosgw');
});

/** Mirrors on a disk that is soon full, then on the same one grown. A mount of its own namespace: nothing of it stays. */
const FULL_THEN_GROWN = `
  mount -t tmpfs -o size=3m tmpfs "$MIRROR_ROOT"
  "$@" > "$OUT/full" 2>&1; echo $? > "$OUT/full.code"
  cp -r "$MIRROR_ROOT/$BUCKET" "$OUT/after-full"
  # Source and place: with one alone, mount repeats the owner it finds, whom another user's namespace does not know.
  mount -o remount,size=64m tmpfs "$MIRROR_ROOT"
  "$@" > "$OUT/grown" 2>&1; echo $? > "$OUT/grown.code"
  cp -r "$MIRROR_ROOT/$BUCKET" "$OUT/after-grown"
  ls "$MIRROR_ROOT/.mirror/tmp" > "$OUT/temporary"`;

test.each(['beside the copies', 'elsewhere'])(
  'a disk that gets full, the state %s: exit 2 and what to do, nothing half-written, and with more space it goes on',
  async (where) => {
    // Each takes a block, far more than its bytes: no look at the free space foresees that.
    const count = 900;
    for (let i = 0; i < count; i += 30) {
      await Promise.all(Array.from({ length: 30 }, (_, j) => lab.put(`k${i + j}`, 'content')));
    }
    const out = temporaryFolder('full');
    const state = where === 'elsewhere' ? ['--state', join(out, 'state.db')] : [];
    const mirror = [
      process.execPath,
      join(__dirname, '../../dist/s3-admin/cli.js'),
      'mirror',
      '-b',
      lab.bucket,
    ];
    const namespace = ['--mount', ...(process.geteuid?.() === 0 ? [] : ['--map-root-user'])];
    execFileSync(
      '/usr/bin/env',
      ['unshare', ...namespace, 'sh', '-c', FULL_THEN_GROWN, 'sh', ...mirror, '--min-free', '0', ...state],
      {
        env: { PATH: process.env.PATH, ...lab.settings, MIRROR_ROOT: lab.root, BUCKET: lab.bucket, OUT: out },
      },
    );
    const printed = (name: string): string => readFileSync(join(out, name), 'utf8');
    expect([printed('full'), printed('full.code')]).toEqual([
      expect.stringMatching(/error: .*(no space left|disk is full).*\n {2}next: free space on the disk/),
      '2\n',
    ]);
    const half = readdirSync(join(out, 'after-full'));
    expect(half.length).toBeLessThan(count);
    for (const name of half) expect(printed(join('after-full', name))).toBe('content');
    expect([printed('grown'), printed('grown.code')]).toEqual([
      expect.stringContaining(`verified ${count} by md5`),
      '0\n',
    ]);
    expect(readdirSync(join(out, 'after-grown'))).toHaveLength(count);
    expect(printed('temporary')).toBe('');
  },
);

test('an object larger than a file may be fails alone, and comes once it may', async () => {
  await lab.put('small');
  await lab.put('large', Buffer.alloc(5 << 20));
  const limited = await lab.process(['mirror', '-b', lab.bucket], ['prlimit', `--fsize=${3 << 20}`]).ended;
  expect([limited.code, limited.stderr]).toEqual([
    1,
    expect.stringContaining('"large": EFBIG: file too large'),
  ]);
  expect(lab.file('small')).toBe('content of small');
  expect(lab.file('large')).toBeUndefined();
  expect((await lab.process(['mirror', 'retry', '-b', lab.bucket]).ended).code).toBe(0);
  expect(readFileSync(lab.path('large')).equals(Buffer.alloc(5 << 20))).toBe(true);
});

test('an export that does not fit keeps the one that was there; one onto the state file is refused', async () => {
  await lab.mirror();
  lab.addRows(2_000);
  const folder = temporaryFolder('export');
  const file = join(folder, 'record.jsonl');
  writeFileSync(file, 'of last year\n');
  const limited = await lab.process(
    ['mirror', 'report', '--export', file],
    ['prlimit', `--fsize=${256 << 10}`],
  ).ended;
  expect([limited.code, limited.stderr]).toEqual([
    2,
    expect.stringMatching(/--export .*EFBIG.*\n {2}next: /),
  ]);
  expect([readFileSync(file, 'utf8').slice(0, 20), readdirSync(folder)]).toEqual([
    'of last year\n',
    ['record.jsonl'],
  ]);
  expect((await lab.process(['mirror', 'report', '--export', file]).ended).code).toBe(0);
  expect([readFileSync(file, 'utf8').split('\n').length, readdirSync(folder)]).toEqual([
    2_001,
    ['record.jsonl'],
  ]);
  const state = join(lab.root, '.mirror/state.db');
  const onto = await lab.process(['mirror', 'report', '--export', state]).ended;
  expect([onto.code, onto.stderr]).toEqual([2, expect.stringContaining('is the state file itself')]);
  expect((await lab.process(['mirror', 'report']).ended).code).toBe(0);
});
