import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import type { Phase } from '../../src/s3-admin/mirror/run/phases.js';
import type { RunResult } from '../../src/s3-admin/mirror/run/run-result.js';
import { MirrorLab } from '../integration/s3-admin/mirror-lab.js';
import type { S3AdminProcess } from '../kit/s3-admin-process.js';
import { until } from '../kit/until.js';
import { scale } from './scale.js';

const ROUNDS = scale(3, 30);
const HOSTILE = scale(100, 500);
const LISTED = scale(20_000, 1_000_000);

/** What lies below a folder, by path. */
function contents(folder: string): Map<string, Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path, readFileSync(path)];
    }),
  );
}

describe('hostile keys', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '',
      '.',
      '..',
      '/',
      '//',
      'a',
      'A',
      'a/',
      'a/b',
      'CON',
      'nul.txt',
      '^',
      '^2E',
      '^_',
      '^+',
      '%2e',
      ' ',
      'é',
      'e\u0301',
    ),
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom('x'.repeat(255), 'é'.repeat(200)),
  );
  // A NUL is refused by radosgw; `escape.spec.ts` has it.
  const key = fc
    .array(piece, { minLength: 1, maxLength: 8 })
    .map((pieces) => pieces.join('').replaceAll('\0', ''))
    .filter(
      (text) => text.length > 0 && Buffer.byteLength(text) <= 1_000 && Buffer.from(text).toString() === text,
    );

  test.each(['native', 'portable'])(`${HOSTILE} generated ones, twice over, with %s names`, async (names) => {
    const lab = await MirrorLab.on('radosgw');
    const put = new Set<string>();
    for (const seed of [Date.now(), Date.now() + 1]) {
      for (const one of fc
        .sample(fc.uniqueArray(key, { minLength: HOSTILE, maxLength: HOSTILE, size: 'max' }), {
          numRuns: 1,
          seed,
        })
        .flat()) {
        await lab.put(one, JSON.stringify(one));
        put.add(one);
      }
      const { code, stderr } = await lab.mirror('--names', names);
      expect([code, stderr.match(/ERROR.*/)?.[0], seed]).toEqual([0, undefined, seed]);
      const found = [...contents(join(lab.root, lab.bucket)).values()].map(
        (body) => JSON.parse(body.toString()) as string,
      );
      expect(found.sort()).toEqual([...put].sort());
      expect(readdirSync(lab.root).sort()).toEqual(['.mirror', lab.bucket].sort());
      expect((await lab.mirror('--names', names)).json<RunResult>()).toMatchObject({
        copied: { files: 0 },
        verified: [],
      });
    }
  });
});

describe(`a mirror killed ${ROUNDS} times`, () => {
  let lab: MirrorLab;
  const expected = new Map<string, Buffer>();
  const put = async (key: string, size: number): Promise<void> => {
    const body = randomBytes(size);
    await lab.put(key, body);
    expected.set(key, body);
  };
  const start = (...argv: string[]): S3AdminProcess =>
    lab.process(['mirror', '-b', lab.bucket, ...argv, '--json']);
  const SMALL_RANGES = ['--large-object', '2MiB', '--part-size', '1MiB'];

  test('comes to a complete, verified copy, and then to nothing to do', async () => {
    lab = await MirrorLab.on('radosgw');
    for (let i = 0; i < 400; i++) await put(`start/${i}`, 2_000);
    for (let round = 0; round < ROUNDS; round++) {
      await put(`large/${round % 3}`, 9 << 20);
      for (let i = 0; i < 30; i++) await put(`round/${round}/${i}`, 5_000);
      await put(`start/${round}`, 3_000); // changed
      await put(`round/${round}`, 10); // a key that is also a folder
      const child = start(...(round % 4 === 3 ? ['verify'] : SMALL_RANGES));
      await Promise.race([child.ended, sleep(300 + Math.random() * 2_500)]);
      await child.kill('SIGKILL').ended;
    }
    // The first ends the round that was begun, on its own listing; the second lists what came since.
    expect((await lab.mirror(...SMALL_RANGES)).code).toBe(0);
    const { code, json } = await lab.mirror(...SMALL_RANGES);
    expect([code, json<RunResult>().failed]).toEqual([0, 0]);
    const verify = await lab.call('verify', '-b', lab.bucket);
    expect([verify.code, verify.json()]).toMatchObject([
      0,
      { buckets: [{ wrong: 0, notCopied: 0, extra: 0 }] },
    ]);
    for (const [key, body] of expected) {
      const path = /^round\/\d+$/.test(key) ? `${key}^f` : key;
      expect([key, readFileSync(lab.path(path)).equals(body)]).toEqual([key, true]);
    }
    expect(readdirSync(join(lab.root, '.mirror/tmp'))).toEqual([]);
    expect((await lab.mirror(...SMALL_RANGES)).json<RunResult>()).toMatchObject({
      copied: { files: 0 },
      verified: [],
    });
  });

  test('a deletion that is killed again and again loses nothing, and ends', async () => {
    const copies = contents(join(lab.root, lab.bucket));
    for (let round = 0; round < ROUNDS; round++) {
      const child = start('delete', lab.bucket).type(`${lab.bucket}\n`);
      await Promise.race([child.ended, sleep(350 + Math.random() * 500)]);
      if ((await child.kill('SIGKILL').ended).code === 0) break;
    }
    lab.stdin = `${lab.bucket}\n`;
    const last = await lab.call('delete', lab.bucket);
    // 2: one of the killed ones had come to the end, and the bucket is gone.
    expect([0, 2]).toContain(last.code);
    const after = contents(join(lab.root, lab.bucket));
    expect([...after.keys()].sort()).toEqual([...copies.keys()].sort());
    for (const [path, body] of copies) expect([path, after.get(path)?.equals(body)]).toEqual([path, true]);
    await expect(lab.versionsInS3()).rejects.toThrow(/NoSuchBucket|UnknownError|Unknown/);
  });
});

test(`killed ${ROUNDS} times, in each phase in turn, with archived objects: all are restored and copied`, async () => {
  const lab = await MirrorLab.on('moto');
  const phases: Phase[] = ['scan', 'glacier_restore', 'sync', 'glacier_wait', 'verify'];
  const killedIn: Partial<Record<Phase | 'complete', number>> = {};
  const keys: string[] = [];
  await lab.mirror();
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < 12; i++) {
      const key = `${round}/${i}`;
      await lab.put(key, undefined, i % 2 ? { StorageClass: i % 4 === 1 ? 'GLACIER' : 'DEEP_ARCHIVE' } : {});
      keys.push(key);
    }
    const child = lab.process(['mirror', '-b', lab.bucket, '--max-restores', '4']);
    const aim = phases[round % phases.length] as Phase;
    const phase = () => lab.state((state) => state.metadata.get('phase')) as Phase;
    const begun = phase() === 'complete' ? untilPhase(phase, 'scan', child) : Promise.resolve();
    await begun.then(() => untilPhase(phase, aim, child));
    await sleep(Math.random() * 30);
    await child.kill('SIGKILL').ended;
    killedIn[phase()] = (killedIn[phase()] ?? 0) + 1;
  }
  process.stdout.write(`killed in: ${JSON.stringify(killedIn)}\n`);
  expect((await lab.mirror()).code).toBe(0);
  const { code, json } = await lab.mirror();
  expect([code, json<RunResult>().archived]).toEqual([0, 0]);
  expect(keys.filter((key) => lab.file(key) !== `content of ${key}`)).toEqual([]);
  expect((await lab.call('verify', '-b', lab.bucket)).code).toBe(0);
  expect((await lab.mirror()).json<RunResult>()).toMatchObject({ copied: { files: 0 }, verified: [] });
});

/** Looks again and again; a phase that is passed in a moment may be missed, and then the run ends. */
async function untilPhase(phase: () => Phase, wanted: Phase, child: S3AdminProcess): Promise<void> {
  let running = true;
  void child.ended.then(() => (running = false));
  await until(() => !running || phase() === wanted, 1);
}

test(`memory stays flat from 10,000 to ${LISTED} listed objects`, async () => {
  const small = await scanOf(10_000);
  const large = await scanOf(LISTED);
  expect([small.listed, large.listed]).toEqual([10_000, LISTED]);
  process.stdout.write(`resident: ${small.mib} MiB at 10000 objects, ${large.mib} MiB at ${LISTED}\n`);
  expect(large.mib).toBeLessThan(small.mib * 1.3);
});

/** Lists a bucket of made-up objects by the compiled program, in a process of its own. */
async function scanOf(count: number): Promise<{ listed: number; mib: number }> {
  const key = (index: number): string => `prefix/${String(index).padStart(9, '0')}`;
  const server = createServer((request, answer) => {
    const query = new URL(request.url ?? '', 'http://s3').searchParams;
    answer.setHeader('content-type', 'application/xml');
    if (query.has('versioning')) return answer.end('<VersioningConfiguration/>');
    const after = decodeURIComponent(query.get('start-after') ?? '');
    let next = 0;
    for (let high = count; next < high; ) {
      const middle = (next + high) >> 1;
      if (key(middle) > after) high = middle;
      else next = middle + 1;
    }
    const end = Math.min(next + 1_000, count);
    let page = '';
    for (let i = next; i < end; i++) {
      page += `<Contents><Key>${key(i)}</Key><LastModified>2024-01-01T00:00:00.000Z</LastModified><ETag>"0123456789abcdef0123456789abcdef"</ETag><Size>10</Size><StorageClass>STANDARD</StorageClass></Contents>`;
    }
    return answer.end(
      `<ListBucketResult><Name>made-up</Name><EncodingType>url</EncodingType><IsTruncated>${end < count}</IsTruncated>${page}</ListBucketResult>`,
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const lab = await MirrorLab.on('radosgw'); // for its folder and settings
  const child = spawn(
    process.execPath,
    [...nodeOptions(), 'test/campaign/scan-only.mjs', join(lab.root, 'state.db')],
    {
      env: {
        ...process.env,
        ...lab.settings,
        AWS_S3_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        NODE_NO_WARNINGS: '1',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const printed = await text(child.stdout);
  await new Promise((done) => server.close(done));
  return JSON.parse(printed) as { listed: number; mib: number };
}

/** Of `npm run s3-admin`. */
function nodeOptions(): string[] {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  return (scripts['s3-admin'] ?? '').split(' ').filter((word) => word.startsWith('--'));
}
