import { createHash } from 'node:crypto';
import { rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Answer, type TestApp, startApp } from '../../kit/app.js';

let app: TestApp;
let id: string;
let code: string;
let pdf: { key: string; sha256: string; size: number };
let path: string;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  const tournament = await app.tournament();
  const issued = await app.post(`/api/tournaments/${tournament}/certificates/`, {
    participant: { id: '1', user_id: 'owner', display_name: 'Judit Polgár' },
    certificate_type: 'winner',
  });
  id = issued.json.id;
  code = issued.json.verification_code;
  pdf = issued.json.files[0];
  path = `/api/tournaments/certificates/${id}/download/`;
});

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const download = (query = '', headers: Record<string, string> = {}): Promise<Answer> =>
  app.request('GET', path + query, { as: 'owner', headers });

describe('download of a local copy', () => {
  it('sends the bytes of the row with all headers that were promised', async () => {
    const answer = await download();
    expect(answer.status).toBe(200);
    expect(sha256(answer.bytes)).toBe(pdf.sha256);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      etag: `"${pdf.sha256}"`,
      'cache-control': 'private, max-age=600',
      'accept-ranges': 'bytes',
      'content-type': 'application/pdf',
      'content-length': String(pdf.size),
      'content-disposition': `attachment; filename="certificate-${code.slice(0, 8)}.pdf"; filename*=UTF-8''certificate-${code.slice(0, 8)}.pdf`,
      'last-modified': expect.stringMatching(/GMT$/),
      'x-content-type-options': 'nosniff',
    });
  });

  it('sends the PNG, inline where asked', async () => {
    const answer = await download('?format=png&disposition=inline');
    expect(answer.headers.get('content-type')).toBe('image/png');
    expect(answer.headers.get('content-disposition')).toMatch(
      /^inline; filename="certificate-[0-9a-f]{8}\.png"/,
    );
    expect(answer.bytes.subarray(1, 4).toString()).toBe('PNG');
  });

  it('answers 304 to the ETag it gave, 206 to a range, 416 beyond the end', async () => {
    const whole = (await download()).bytes;
    const unchanged = await download('', { 'if-none-match': `"${pdf.sha256}"` });
    expect([unchanged.status, unchanged.bytes.length]).toEqual([304, 0]);
    const part = await download('', { range: 'bytes=10-19' });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 10-19/${pdf.size}`);
    expect(part.bytes.equals(whole.subarray(10, 20))).toBe(true);
    const outdated = await download('', { range: 'bytes=10-19', 'if-range': '"other"' });
    expect(outdated.status).toBe(200);
    const resumed = await download('', {
      range: 'bytes=10-19',
      'if-range': String(part.headers.get('last-modified')),
    });
    expect(resumed.status).toBe(206);
    const beyond = await download('', { range: `bytes=${pdf.size}-` });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${pdf.size}`]);
    expect(beyond.json).toMatchObject({ status: 416, code: 'range_not_satisfiable' });
  });

  it('answers 304 to the date it gave, and 412 to who asks for another file than this one', async () => {
    const since = String((await download()).headers.get('last-modified'));
    expect((await download('', { 'if-modified-since': since })).status).toBe(304);
    const other = await download('', { 'if-match': '"other"' });
    expect([other.status, other.json.code]).toEqual([412, 'precondition_failed']);
  });

  it('answers HEAD like GET without a body, and does not count it', async () => {
    // RFC 9110, 14.2: only GET has ranges.
    const head = await app.request('HEAD', path, { as: 'owner', headers: { range: 'bytes=0-9' } });
    expect([head.status, head.headers.get('content-length'), head.bytes.length]).toEqual([
      200,
      String(pdf.size),
      0,
    ]);
    expect((await app.get(`/api/tournaments/certificates/${id}/`)).json.download_count).toBe(0);
  });

  it('counts every download and remembers the first', async () => {
    await Promise.all(Array.from({ length: 25 }, () => download()));
    await download('', { range: 'bytes=100-' });
    const { json } = await app.get(`/api/tournaments/certificates/${id}/`);
    expect(json.download_count).toBe(25);
    expect(Date.parse(json.downloaded_at)).toBeGreaterThan(Date.parse(json.generated_at) - 1);
  });

  it('gives an address within the service to scripts that ask for JSON', async () => {
    const { json } = await download('?delivery=json');
    expect(json.expires_in).toBeGreaterThan(590);
    const answer = await app.request('GET', json.url, { as: 'owner' });
    expect(sha256(answer.bytes)).toBe(pdf.sha256);
  });

  it('is described as it is', async () => {
    const { json: document } = await app.get('/api/openapi.json');
    const { responses } = document.paths['/api/tournaments/certificates/{id}/download/'].get;
    const range = { range: 'bytes=0-9' };
    const answers = [
      await download(),
      await download('?format=png'),
      await download('?delivery=json'),
      await download('', range),
      await download('', { 'if-none-match': '*' }),
      await download('', { 'if-match': '"other"' }),
    ];
    for (const { status, contentType } of answers) {
      const described = responses[status] && Object.keys(responses[status].content ?? { '': 'no body' });
      expect([status, described]).toEqual([status, expect.arrayContaining([contentType.split(';')[0]])]);
    }
  });

  it('refuses unknown query values by name', async () => {
    for (const query of ['?format=docx', '?disposition=x', '?delivery=fax', '?fromat=pdf']) {
      const answer = await download(query);
      expect([query, answer.status]).toEqual([query, 422]);
    }
  });
});

describe('download that must not happen', () => {
  it('answers 410 with the reason once revoked, also to a conditional request', async () => {
    await app.post(`/api/tournaments/certificates/${id}/revoke/`, { reason: 'fair play violation' });
    const answer = await download('', { 'if-none-match': `"${pdf.sha256}"` });
    expect(answer.status).toBe(410);
    expect(answer.json).toMatchObject({ code: 'certificate_revoked', revoked_reason: 'fair play violation' });
  });

  it('answers 410 once deleted', async () => {
    await app.delete(`/api/tournaments/certificates/${id}/`);
    const answer = await download();
    expect([answer.status, answer.json.code]).toEqual([410, 'certificate_deleted']);
    // As an erasure leaves it.
    await app.prisma.certificateFile.deleteMany({ where: { certificateId: id } });
    await app.prisma.certificate.update({ where: { id }, data: { userId: null, erasedAt: new Date() } });
    const details = await app.request('GET', `/api/tournaments/certificates/${id}/`, { as: 'owner' });
    for (const later of [await download(), details])
      expect([later.status, later.json.code]).toEqual([410, 'certificate_deleted']);
  });

  it.each([
    ['missing', (file: string) => rm(file)],
    ['truncated', (file: string) => truncate(file, 100)],
    ['of other bytes', (file: string) => writeFile(file, Buffer.alloc(pdf.size, 'x'))],
  ])('answers 503 and never wrong bytes where the file is %s', async (_what, damage) => {
    await damage(join(app.mediaRoot, pdf.key));
    const answer = await download();
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('300');
    expect(answer.json.code).toBe('storage_unavailable');
    expect(answer.headers.get('etag')).toBeNull();
    expect((await app.request('HEAD', path, { as: 'owner' })).status).toBe(503);
    expect((await app.get(`/api/tournaments/certificates/${id}/`)).json.download_count).toBe(0);
  });
});
