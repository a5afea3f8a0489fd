import { type TestApp, startApp } from '../../kit/app.js';

let app: TestApp;
let certificate: { id: string; verification_code: string };
let path: string;

beforeAll(async () => {
  app = await startApp({ env: { VERIFY_RATE_PER_MINUTE: '60' } });
});
afterAll(() => app.close());
beforeEach(async () => {
  const tournament = await app.tournament();
  const issued = await app.post(`/api/tournaments/${tournament}/certificates/`, {
    participant: { id: '1', user_id: 'owner', display_name: '<b>Judit</b> & Polgár' },
    certificate_type: 'winner',
    placement: 1,
  });
  certificate = issued.json;
  path = `/api/tournaments/certificates/verify/${certificate.verification_code}/`;
});

const verify = () => app.get(path, null);
const page = async (url = path) => {
  const answer = await app.request('GET', url, { as: null, headers: { accept: 'text/html,*/*;q=0.8' } });
  return { ...answer, html: answer.bytes.toString() };
};

describe('verification for programs', () => {
  it('says what it certifies', async () => {
    const { status, json } = await verify();
    expect(status).toBe(200);
    expect(json).toEqual({
      valid: true,
      certificate_id: certificate.id,
      tournament: 'Candidates 2024',
      participant_display_name: '<b>Judit</b> & Polgár',
      certificate_type: 'winner',
      placement: 1,
      generated_at: expect.stringMatching(/^\d{4}-/),
      revoked: false,
      revoked_reason: null,
      is_tampered: false,
      verification_url: new URL(path, app.url).href,
    });
  });

  it('takes the code in capitals, as somebody may type it', async () => {
    const { json } = await app.get(
      path
        .toUpperCase()
        .replace('/API/TOURNAMENTS/CERTIFICATES/VERIFY/', '/api/tournaments/certificates/verify/'),
      null,
    );
    expect(json.valid).toBe(true);
  });

  it('takes the code with the blanks and line ends that come along when it is copied', async () => {
    const code = path.split('/').at(-2) ?? '';
    const copied = encodeURIComponent(` ${code.slice(0, 24)}\n${code.slice(24)} `);
    const { json } = await app.get(path.replace(code, copied), null);
    expect(json.valid).toBe(true);
  });

  it('answers 200 with the reason once revoked', async () => {
    await app.post(`/api/tournaments/certificates/${certificate.id}/revoke/`, { reason: 'wrong result' });
    const { status, json } = await verify();
    expect([status, json.valid, json.revoked, json.revoked_reason]).toEqual([
      200,
      false,
      true,
      'wrong result',
    ]);
  });

  it('names nobody once deleted, nor why it was revoked', async () => {
    await app.post(`/api/tournaments/certificates/${certificate.id}/revoke/`, {
      reason: 'Judit was a guest',
    });
    await app.delete(`/api/tournaments/certificates/${certificate.id}/`);
    const { status, json } = await verify();
    expect([status, json.valid, json.participant_display_name]).toEqual([200, false, null]);
    const picture = await app.get(`${path}image.png`, null);
    expect([picture.status, picture.json.code]).toEqual([410, 'certificate_deleted']);
    expect((await page()).html + JSON.stringify([json, picture.json])).not.toMatch(/Judit|Polgár/);
  });

  it('is not valid once deleted, and shows no picture', async () => {
    await app.delete(`/api/tournaments/certificates/${certificate.id}/`);
    expect((await verify()).json).toMatchObject({ valid: false, revoked: false });
    const picture = await app.get(`${path}image.png`, null);
    expect([picture.status, picture.json.code]).toEqual([410, 'certificate_deleted']);
  });

  it('calls it tampered only where a check found other bytes', async () => {
    await app.prisma.certificateFile.updateMany({
      where: { certificateId: certificate.id },
      data: { mismatchedAt: new Date() },
    });
    const { json } = await verify();
    expect([json.valid, json.is_tampered]).toEqual([false, true]);
    const picture = await app.get(`${path}image.png`, null);
    expect([picture.status, picture.json.code]).toEqual([410, 'certificate_tampered']);
  });

  it.each(['00000000-0000-4000-8000-000000000000', 'not-a-code', '%00'])('is 404 for %s', async (code) => {
    const answer = await app.get(`/api/tournaments/certificates/verify/${code}/`, null);
    expect(answer.status).toBe(404);
    expect(answer.json.code).toBe('unknown_code');
  });
});

describe('verification for people', () => {
  it('is a page where the client prefers HTML, without script, with the name escaped', async () => {
    const { status, contentType, html, headers } = await page();
    expect([status, contentType]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers.get('vary')).toMatch(/Accept/);
    expect(html).toContain('&#60;b&#62;Judit&#60;/b&#62; &#38; Polgár');
    expect(html).not.toMatch(/<script/i);
    // Its policy lets a page load from where it was opened, which need not be SITE_URL.
    expect(html).toContain(`src="${path}image.png"`);
  });

  it('shows the picture while the certificate is valid, and no longer', async () => {
    const picture = await app.get(`${path}image.png`, null);
    expect([picture.status, picture.contentType]).toEqual([200, 'image/png']);
    await app.post(`/api/tournaments/certificates/${certificate.id}/revoke/`, { reason: 'wrong result' });
    const revoked = await app.get(`${path}image.png`, null);
    expect([revoked.status, revoked.json.code]).toEqual([410, 'certificate_revoked']);
    const { html } = await page();
    expect(html).toContain('wrong result');
    expect(html).not.toContain('image.png');
  });

  it('is a page with status 404 for an unknown code', async () => {
    const { status, contentType } = await page(
      '/api/tournaments/certificates/verify/00000000-0000-4000-8000-000000000000/',
    );
    expect([status, contentType]).toEqual([404, 'text/html; charset=utf-8']);
  });
});

describe('the limit', () => {
  it('turns an address away that verifies too often, and says when to come back', async () => {
    let answer = await verify();
    for (let i = 0; i < 100 && answer.status === 200; i++) answer = await verify();
    expect([answer.status, answer.json.code]).toEqual([429, 'too_many_requests']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
