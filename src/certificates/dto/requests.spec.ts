import { batchBody, downloadQuery, issueBody, MAX_RESULTS, tournamentBody } from './requests.js';

const good = {
  participant: { id: '1', user_id: '42', display_name: 'Judit Polgár' },
  certificate_type: 'winner',
};
const withName = (display_name: unknown) => ({ ...good, participant: { ...good.participant, display_name } });

/** Where the first complaint points, and what it says. */
function complaint(
  schema: typeof issueBody | typeof batchBody | typeof downloadQuery | typeof tournamentBody,
  input: unknown,
): string {
  const [issue] = schema.safeParse(input).error?.issues ?? [];
  return issue ? `${issue.path.join('.')}: ${issue.message}` : 'accepted';
}

describe('issue request', () => {
  it('takes numbers as ids, and sets what was left out', () => {
    const body = issueBody.parse({ ...good, participant: { id: 7, display_name: ' Ян\u0438\u0306 ' } });
    expect(body).toEqual({
      participant: { id: '7', display_name: 'Янй' },
      certificate_type: 'winner',
      language: 'en',
      force_regenerate: false,
    });
  });

  it.each([
    ['an empty name', withName(''), 'participant.display_name: must have at least one visible character'],
    [
      'a blank name',
      withName(' \u200b\u00a0 '),
      'participant.display_name: must have at least one visible character',
    ],
    [
      'a name that prints nothing',
      withName('\u3164\u2800'),
      'participant.display_name: must have at least one visible character',
    ],
    [
      'a name whose letters were lost',
      withName(Buffer.from('Judit Polg\u00e1r', 'latin1').toString('utf8')),
      'participant.display_name: has U+FFFD, which replaces a lost letter; send the body in UTF-8',
    ],
    [
      'a long name',
      withName('x'.repeat(201)),
      'participant.display_name: must be at most 200 characters long',
    ],
    [
      'a control character',
      withName('a\u0007b'),
      'participant.display_name: must not have control characters or line breaks',
    ],
    [
      'a line break',
      withName('a\nb'),
      'participant.display_name: must not have control characters or line breaks',
    ],
    [
      'a bidi override',
      withName('a\u202eb'),
      'participant.display_name: must not have control characters or line breaks',
    ],
    ['placement 0', { ...good, placement: 0 }, 'placement: must be 1 or more'],
    ['placement -1', { ...good, placement: -1 }, 'placement: must be 1 or more'],
    ['placement 1.5', { ...good, placement: 1.5 }, 'placement: must be a whole number'],
    [
      'an unknown type',
      { ...good, certificate_type: 'loser' },
      'certificate_type: must be one of winner, runner_up, third_place, participant',
    ],
    ['an unknown language', { ...good, language: 'xx' }, 'language: must be one of en, bn'],
    ['a misspelt field', { ...good, placment: 1 }, ': Unrecognized key: "placment"'],
    [
      'an id with a space',
      { ...good, participant: { id: 'a b', display_name: 'x' } },
      'participant.id: must be 1 to 100 printable ASCII characters without spaces',
    ],
    [
      'an id beyond what JSON numbers hold exactly',
      { ...good, participant: { id: 2 ** 53, display_name: 'x' } },
      'participant.id: must be a string or a whole number from 0 to 9007199254740991',
    ],
    [
      'a negative id',
      { ...good, participant: { id: -1, display_name: 'x' } },
      'participant.id: must be a string or a whole number from 0 to 9007199254740991',
    ],
  ])('refuses %s', (_what, input, expected) => {
    expect(complaint(issueBody, input)).toBe(expected);
  });

  it('takes a name of 200 characters beyond the basic plane', () => {
    expect(complaint(issueBody, withName('🐉'.repeat(200)))).toBe('accepted');
  });
});

describe('batch request', () => {
  const numbered = (count: number) =>
    Array.from({ length: count }, (_, id) => ({
      ...good,
      participant: { id: String(id), display_name: 'x' },
    }));

  it(`takes ${MAX_RESULTS} results and refuses one more, and none`, () => {
    expect(complaint(batchBody, { results: numbered(MAX_RESULTS) })).toBe('accepted');
    expect(complaint(batchBody, { results: numbered(MAX_RESULTS + 1) })).toMatch(
      /^results: must have at most 10000/,
    );
    expect(complaint(batchBody, { results: [] })).toBe('results: must have at least one entry');
  });

  it('refuses the same award twice and says where the first is', () => {
    expect(complaint(batchBody, { results: [...numbered(3), numbered(2)[1]] })).toBe(
      'results.3.participant.id: is the same participant and certificate type as results.1; send each once',
    );
    expect(complaint(batchBody, { results: [good, { ...good, certificate_type: 'participant' }] })).toBe(
      'accepted',
    );
  });
});

describe('other requests', () => {
  it('refuses unknown query values by name', () => {
    expect(complaint(downloadQuery, { format: 'docx' })).toBe('format: must be pdf or png');
    expect(complaint(downloadQuery, { delivery: 'fax' })).toBe('delivery: must be redirect, proxy or json');
    expect(complaint(downloadQuery, { fromat: 'pdf' })).toBe(': Unrecognized key: "fromat"');
  });

  it('reads a tournament', () => {
    expect(
      tournamentBody.parse({
        name: 'Candidates',
        organizer_id: 'fide',
        status: 'completed',
        completed_at: '2024-04-22T20:00:00+02:00',
      }).completed_at,
    ).toEqual(new Date('2024-04-22T18:00:00Z'));
  });

  it.each(['0000-12-31T00:00:00Z', '9999-12-31T23:59:59-14:00'])(
    'refuses %s, which is no year of four digits in UTC',
    (completed_at) => {
      const body = { name: 'Candidates', organizer_id: 'fide', status: 'completed', completed_at };
      expect(complaint(tournamentBody, body)).toMatch(/^completed_at: must be an ISO 8601 date/);
    },
  );
});
