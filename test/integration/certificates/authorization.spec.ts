import { expiredToken, forgedToken, unsignedToken } from '../../kit/tokens.js';
import { type Answer, startApp, type TestApp } from '../../kit/app.js';

/**
 * Who may do what: the one table of it. Columns: nobody, a stranger, the owner, the organizer of this tournament, the
 * organizer of another, staff, and a token of staff that is expired, of another signer, or signed by nobody.
 */
const WHO = [
  'nobody',
  'stranger',
  'owner',
  'organizer',
  'other',
  'staff',
  'expired',
  'forged',
  'unsigned',
] as const;
const TABLE: [call: string, ...statuses: number[]][] = [
  //                                            nobody stranger owner organizer other staff expired forged unsigned
  ['PUT /api/tournaments/:tournament/', /*        */ 401, 403, 403, 403, 403, 200, 401, 401, 401],
  ['POST /api/tournaments/:tournament/certificates/', 401, 403, 403, 200, 403, 200, 401, 401, 401],
  [
    'POST /api/tournaments/:tournament/certificates/generate-all/',
    401,
    403,
    403,
    200,
    403,
    200,
    401,
    401,
    401,
  ],
  ['GET /api/tournaments/:tournament/certificates/', 401, 403, 403, 200, 403, 200, 401, 401, 401],
  [
    'GET /api/tournaments/:tournament/certificates/batches/:batch/',
    401,
    403,
    403,
    200,
    403,
    200,
    401,
    401,
    401,
  ],
  ['GET /api/tournaments/certificates/:id/', /*   */ 401, 403, 200, 200, 403, 200, 401, 401, 401],
  ['GET /api/tournaments/certificates/:id/download/', 401, 403, 200, 200, 403, 200, 401, 401, 401],
  ['GET /api/tournaments/certificates/verify/:code/', 200, 200, 200, 200, 200, 200, 200, 200, 200],
  ['GET /api/tournaments/certificates/verify/:code/image.png', 200, 200, 200, 200, 200, 200, 200, 200, 200],
  ['POST /api/tournaments/certificates/:id/revoke/', 401, 403, 403, 200, 403, 200, 401, 401, 401],
  ['DELETE /api/tournaments/certificates/:id/', /**/ 401, 403, 403, 403, 403, 204, 401, 401, 401],
  ['GET /api/tournaments/certificates/:unknown/', 401, 404, 404, 404, 404, 404, 401, 401, 401],
];

const award = {
  participant: { id: '1', user_id: 'owner', display_name: 'Judit Polgár' },
  certificate_type: 'winner',
};
const BODIES: Record<string, unknown> = {
  'PUT /api/tournaments/:tournament/': { name: 'Candidates', organizer_id: 'organizer', status: 'completed' },
  'POST /api/tournaments/:tournament/certificates/': award,
  'POST /api/tournaments/:tournament/certificates/generate-all/': { results: [award], dry_run: true },
  'POST /api/tournaments/certificates/:id/revoke/': { reason: 'wrong result' },
};

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { TOKEN_FAILURE_RATE_PER_MINUTE: '1000' } });
  await app.request('PUT', '/api/tournaments/999/', {
    body: { name: 'Another', organizer_id: 'other-organizer', status: 'completed' },
  });
});
afterAll(() => app.close());

const staff = { sub: 'staff-1', roles: ['staff'] };
async function ask(who: (typeof WHO)[number], method: string, path: string, body: unknown): Promise<Answer> {
  const tokens = { expired: expiredToken(staff), forged: forgedToken(staff), unsigned: unsignedToken(staff) };
  if (who === 'expired' || who === 'forged' || who === 'unsigned') {
    return app.request(method, path, { token: await tokens[who], body });
  }
  const as = {
    nobody: null,
    stranger: 'stranger',
    owner: 'owner',
    organizer: 'organizer',
    other: 'other-organizer',
    staff: 'staff',
  }[who];
  return app.request(method, path, { as, body });
}

/** The path, for a tournament, a batch and a certificate of its own. */
async function pathTo(template: string): Promise<string> {
  const tournament = await app.tournament();
  const issued = await app.post(`/api/tournaments/${tournament}/certificates/`, award);
  return template
    .replace(':tournament', String(tournament))
    .replace(':batch', await app.createBatchWithoutJob(tournament, [award]))
    .replace(':id', issued.json.id)
    .replace(':code', issued.json.verification_code)
    .replace(':unknown', '00000000-0000-4000-8000-000000000000');
}

describe('authorization', () => {
  it.each(TABLE)('%s', async (call, ...expected) => {
    const seen: number[] = [];
    const [method = '', template = ''] = call.split(' ');
    let path: string | undefined;
    for (const who of WHO) {
      path ??= await pathTo(template);
      const answer = await ask(who, method, path, BODIES[call]);
      seen.push(answer.status);
      if (answer.status === 401) expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
      if (answer.status >= 401) expect(answer.json).not.toHaveProperty('display_name');
      // The next caller must not find what this one changed.
      if (method !== 'GET' && answer.status < 300) path = undefined;
    }
    expect(Object.fromEntries(WHO.map((who, index) => [who, seen[index]]))).toEqual(
      Object.fromEntries(WHO.map((who, index) => [who, expected[index]])),
    );
  });
});
