import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OwedCopiesService } from '../../../src/certificates/lifecycle/owed-copies.service.js';
import { type Answer, startApp, type TestApp } from '../../kit/app.js';
import '../../doubles/native-errors.js';
import { createTestBucket, type TestBucket } from '../../kit/s3-bucket.js';
import { until } from '../../kit/until.js';
import { services } from '../../services/index.js';

type Mode = 'false' | 'dual' | 'true';
const MODES: Mode[] = ['false', 'dual', 'true'];

let bucket: TestBucket;
let mediaRoot: string;
const apps = {} as Record<Mode, TestApp>;
const issued = {} as Record<Mode, { id: string; sha256: string; location: string }>;

/** One database, one folder, one bucket; three services that differ in the flag only, as before and after a restart. */
beforeAll(async () => {
  bucket = await createTestBucket();
  mediaRoot = mkdtempSync(join(tmpdir(), 'certstore-switch-'));
  const shared = { ...bucket.env, MEDIA_ROOT: mediaRoot, DATABASE_URL: await services.postgres() };
  for (const mode of MODES) {
    apps[mode] = await startApp({ env: { ...shared, USE_S3_FOR_CERTS: mode } });
    issued[mode] = await issue(mode);
  }
}, 120_000);
afterAll(async () => {
  for (const mode of MODES) await apps[mode].close();
  await bucket.close();
  rmSync(mediaRoot, { recursive: true });
});
afterEach(() => bucket.proxy.set({ kind: 'none' }));

async function issue(mode: Mode) {
  const app = apps[mode];
  const answer = await app.post(`/api/tournaments/${await app.tournament()}/certificates/`, {
    participant: { id: '1', user_id: 'owner', display_name: 'Judit Polgár' },
    certificate_type: 'winner',
  });
  const pdf = answer.json.files?.[0];
  return {
    status: answer.status,
    id: answer.json.id,
    sha256: pdf?.sha256,
    location: pdf?.location,
    json: answer.json,
  };
}

const download = (mode: Mode, id: string, query = ''): Promise<Answer> =>
  apps[mode].request('GET', `/api/tournaments/certificates/${id}/download/${query}`, { as: 'owner' });
const sha256 = (bytes: ArrayBuffer | Buffer) =>
  createHash('sha256').update(new Uint8Array(bytes)).digest('hex');

describe('where files go', () => {
  it('is what the flag says', () => {
    expect(MODES.map((mode) => issued[mode].location)).toEqual(['local', 'both', 's3']);
  });
});

/** Every mode of issue × mode of reading × S3 up or down. `302`: to a presigned URL; `503`: no copy can be reached. */
const TABLE: [issuedIn: Mode, readIn: Mode, s3Up: number, s3Down: number][] = [
  ['false', 'false', 200, 200],
  ['false', 'dual', 200, 200],
  ['false', 'true', 200, 200],
  ['dual', 'false', 200, 200],
  ['dual', 'dual', 200, 200],
  ['dual', 'true', 302, 200],
  ['true', 'false', 302, 503],
  ['true', 'dual', 302, 503],
  ['true', 'true', 302, 503],
];

describe('a certificate', () => {
  it.each(TABLE)('issued under %s is read under %s', async (issuedIn, readIn, s3Up, s3Down) => {
    const { id, sha256: expected } = issued[issuedIn];
    const up = await download(readIn, id);
    expect(up.status).toBe(s3Up);
    const bytes =
      up.status === 302 ? await (await fetch(up.headers.get('location') ?? '')).arrayBuffer() : up.bytes;
    expect(sha256(bytes)).toBe(expected);
    if (up.status === 302) expect(up.headers.get('cache-control')).toBe('no-store');
    const proxied = await download(readIn, id, '?delivery=proxy');
    expect([proxied.status, sha256(proxied.bytes)]).toEqual([200, expected]);

    bucket.proxy.set({ kind: 'refuse' });
    const down = await download(readIn, id, '?delivery=proxy');
    expect(down.status).toBe(s3Down);
    if (s3Down === 200) expect(sha256(down.bytes)).toBe(expected);
    else expect([down.headers.get('retry-after'), down.json.code]).toEqual(['300', 'storage_unavailable']);
    // After three failed calls S3 counts as down, and no address is given that would fail.
    await Promise.all([1, 2].map(() => download(readIn, id, '?delivery=proxy')));
    const asked = await download(readIn, id, '?delivery=json');
    expect([asked.status, asked.headers.get('retry-after')]).toEqual(
      down.status === 503 ? [503, '300'] : [200, null],
    );
    bucket.proxy.set({ kind: 'none' });
    await untilS3Answers(readIn);
  });

  it('is served as a page to browsers while S3 is away', async () => {
    bucket.proxy.set({ kind: 'refuse' });
    const answer = await apps.true.request(
      'GET',
      `/api/tournaments/certificates/${issued.true.id}/download/?delivery=proxy`,
      { as: 'owner', headers: { accept: 'text/html' } },
    );
    expect([answer.status, answer.contentType]).toEqual([503, 'text/html; charset=utf-8']);
    expect(answer.bytes.toString()).toMatch(/temporarily unavailable/i);
    bucket.proxy.set({ kind: 'none' });
    await untilS3Answers('true');
  });

  it('has an address for scripts that can not follow a redirect', async () => {
    const { json, headers } = await download('true', issued.true.id, '?delivery=json');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(json.expires_in).toBeGreaterThanOrEqual(300);
    expect(json.expires_in).toBeLessThanOrEqual(600);
    const answer = await fetch(json.url);
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename="?certificate-[0-9a-f]{8}\.pdf/,
    );
    expect(sha256(await answer.arrayBuffer())).toBe(issued.true.sha256);
  });
});

describe('HEAD', () => {
  it.each(['', '?delivery=json'])('is answered like GET, and counts no download (%s)', async (query) => {
    const { id } = await issue('true');
    const address = `/api/tournaments/certificates/${id}/download/${query}`;
    const head = await apps.true.request('HEAD', address, { as: 'owner' });
    expect(head.status).toBe(query === '' ? 302 : 200);
    const counted = await apps.true.get(`/api/tournaments/certificates/${id}/`);
    expect([counted.json.download_count, counted.json.downloaded_at]).toEqual([0, null]);
  });

  it('is sent on to an address that answers HEAD', async () => {
    const address = `/api/tournaments/certificates/${issued.true.id}/download/`;
    const head = await apps.true.request('HEAD', address, { as: 'owner' });
    const there = await fetch(head.headers.get('location') ?? '', { method: 'HEAD' });
    expect([there.status, there.headers.get('content-type')]).toEqual([200, 'application/pdf']);
  });
});

describe('writing while S3 is away', () => {
  it('in mode true answers 503 and leaves nothing', async () => {
    bucket.proxy.set({ kind: 'refuse' });
    const before = await apps.true.prisma.certificate.count();
    const refused = await issue('true');
    expect([refused.status, refused.json.code]).toEqual([503, 'storage_unavailable']);
    expect(await apps.true.prisma.certificate.count()).toBe(before);
    bucket.proxy.set({ kind: 'none' });
    await untilS3Answers('true');
    expect((await issue('true')).status).toBe(201);
  });

  it('in mode dual issues all the same, owes the copies, and pays them when S3 is back', async () => {
    const owed = apps.dual.find(OwedCopiesService);
    bucket.proxy.set({ kind: 'refuse' });
    const certificate = await issue('dual');
    expect([certificate.status, certificate.location]).toEqual([201, 'local']);
    // More than are tried before the round ends.
    for (let more = 0; more < 4; more++) await issue('dual');
    expect(await owed.count()).toEqual({ count: 10, more: false });
    expect(await owed.pay(new AbortController().signal)).toEqual({
      paid: 0,
      owed: { count: 10, more: false },
    });

    bucket.proxy.set({ kind: 'none' });
    await untilS3Answers('dual');
    // a round that was stopped is put back, not counted as done
    await expect(owed.pay(AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
    expect(await owed.pay(new AbortController().signal)).toEqual({
      paid: 10,
      owed: { count: 0, more: false },
    });
    const redirected = await download('true', certificate.id);
    expect(redirected.status).toBe(302);
    const answer = await fetch(redirected.headers.get('location') ?? '');
    expect(sha256(await answer.arrayBuffer())).toBe(certificate.sha256);
  });
});

/** The circuit of a store that failed opens; it closes again some seconds after the store is back. */
async function untilS3Answers(mode: Mode): Promise<void> {
  await until(async () => (await download(mode, issued.true.id, '?delivery=proxy')).status === 200, 200);
}
