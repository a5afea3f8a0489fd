import { describe, expect, it } from '@jest/globals';
import { certificateSchema } from './certificate-schema.js';

const GOOD = {
  verification_code: '5f0c3a52-6d3c-4c43-9a43-0d2ad5b9b0a1',
  certificate_type: 'participant',
  tournament_id: 7,
  generated_at: '2025-01-02T03:04:05Z',
  file_pdf: 'a.pdf',
};
const read = (changes: Record<string, unknown>) => certificateSchema.safeParse({ ...GOOD, ...changes });

describe('the date of an old certificate', () => {
  it.each([
    ['2025-01-02T03:04:05Z', '2025-01-02T03:04:05.000Z'],
    ['2025-01-02 03:04:05.678901+00', '2025-01-02T03:04:05.678Z'],
    ['2025-01-02T03:04:05+06:00', '2025-01-01T21:04:05.000Z'],
    ['2025-01-02 03:04:05+0530', '2025-01-01T21:34:05.000Z'],
    // not the time of the machine that imports
    ['2025-01-02 03:04:05', '2025-01-02T03:04:05.000Z'],
    ['2025-01-02', '2025-01-02T00:00:00.000Z'],
  ])('%s is %s', (text, moment) => {
    expect(read({ generated_at: text }).data?.generated_at.toISOString()).toBe(moment);
  });

  // In UTC, the last two are outside the years that a key can name.
  const LATE = '9999-12-31T23:59:59-14:00';
  const EARLY = '0000-01-01T00:00:00+14:00';
  it.each([
    '01/02/2025',
    '2025-02-30T00:00:00Z',
    'yesterday',
    '99999999999',
    '0000-12-31T00:00:00Z',
    '+010000-01-01T00:00:00Z',
    5,
    LATE,
    EARLY,
  ])('is not guessed from %j', (text) => {
    expect(read({ generated_at: text }).error?.issues[0]?.message).toContain('such as 2025-01-02T03:04:05Z');
  });
});

it.each([
  [{ tournament_id: '7' }, { tournament_id: 7 }],
  [{ placement: '1.0' }, { placement: 1 }],
  [
    { user_id: '42.0', participant_id: '7.0' },
    { user_id: '42', participant_id: '7' },
  ],
  [{ user_id: 'v1.0' }, { user_id: 'v1.0' }],
  [{ tournament: { id: 7, name: 'Cup', status: 'COMPLETED' } }, { tournament: { status: 'completed' } }],
])('takes %j for %j', (given, taken) => {
  expect(read(given).data).toMatchObject(taken);
});

/** What PostgreSQL would refuse ends the whole run when it is written. */
it.each([
  { tournament_id: '99999999999' },
  { tournament_id: '0x10' },
  { placement: 1e20 },
  { download_count: '2147483648' },
  { display_name: 'Ada\0' },
  { revoked_reason: '\0' },
  { tournament: { id: 7, name: 'Cup', completed_at: 'yesterday' } },
  { tournament: { id: 7, name: 'C\0p' } },
])('refuses %j', (changes) => {
  expect(read(changes).success).toBe(false);
});
