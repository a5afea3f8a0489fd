import { errorPage } from './error-page.js';
import { STYLE, STYLE_HASH } from './style.js';
import { type VerificationView, verificationPage } from './verification-page.js';

const frame = {
  language: 'en' as const,
  issuer: 'Certstore',
  siteUrl: 'https://certs.example.org',
  code: '5b1c7e0e-9a43-4f0e-8f3c-2d8a6f0f3b11',
};
const facts = {
  displayName: 'Gukesh Dommaraju',
  tournament: 'Candidates 2024',
  award: 'winner' as const,
  placement: 1,
  generatedAt: new Date('2024-04-22T23:30:00Z'),
};
const views: Record<string, VerificationView> = {
  valid: { ...frame, state: 'valid', facts, lastVerifiedAt: new Date('2026-11-20'), imageUrl: '/image.png' },
  not_checked: { ...frame, state: 'not_checked', facts, lastVerifiedAt: null, imageUrl: '/image.png' },
  revoked: {
    ...frame,
    state: 'revoked',
    facts,
    revokedAt: new Date('2025-01-02'),
    revokedReason: 'A mistake',
  },
  deleted: {
    ...frame,
    state: 'revoked',
    facts: { ...facts, displayName: null },
    revokedAt: new Date('2025-01-02'),
    revokedReason: null,
  },
  tampered: { ...frame, state: 'tampered', facts, lastVerifiedAt: null, imageUrl: '/image.png' },
  unknown: { ...frame, state: 'unknown' },
};
const pageOf = (name: string) => verificationPage(views[name] as VerificationView);

it.each([
  ['valid', 'This certificate is valid', true],
  ['not_checked', 'not since it was issued', true],
  ['revoked', 'This certificate was revoked', false],
  ['deleted', 'This certificate was revoked', false],
  ['tampered', 'Do not rely on this certificate', false],
  ['unknown', 'No certificate has this code', false],
])('a certificate that is %s: says so, and shows its image only while it is valid', (name, says, image) => {
  const page = pageOf(name);
  expect(page).toContain(says);
  expect(page.includes('<img')).toBe(image);
  expect(page).toContain(frame.code);
  expect(page).toContain(`begins with ${frame.siteUrl}/`);
  expect(page).not.toContain('<script');
  expect(page).not.toMatch(/\sstyle=|\son\w+=/);
});

it('lets a code that nobody has be corrected, and repeats no sentence that stands in its place', () => {
  const unknown = { ...(views['unknown'] as VerificationView), state: 'unknown' as const };
  expect(verificationPage({ ...unknown, code: 'no-such-code' })).toContain('value="no-such-code"');
  for (const code of ['Call us on 555 1234', 'x'.repeat(41), 'a\u202eb']) {
    const page = verificationPage({ ...unknown, code });
    expect(page).not.toContain(code);
    expect(page).toContain('value=""');
  }
});

it('says what is certified: to whom, for what, where, and when in UTC', () => {
  const page = pageOf('valid');
  for (const fact of [
    'Gukesh Dommaraju',
    'Winner',
    'Candidates 2024',
    '1st',
    '22 April 2024',
    '20 November 2026',
  ]) {
    expect(page).toContain(fact);
  }
});

it('gives the reason of a revocation and names nobody after a deletion', () => {
  expect(pageOf('revoked')).toContain('A mistake');
  expect(pageOf('deleted')).toContain('Name not shown');
});

it('speaks Bengali, with Bengali dates and digits', () => {
  const page = verificationPage({ ...(views['valid'] as VerificationView), language: 'bn' });
  expect(page).toContain('<html lang="bn">');
  expect(page).toContain('এই সনদপত্রটি বৈধ');
  expect(page).toContain('২২ এপ্রিল');
});

it('writes ordinals as English does', () => {
  const placed = (placement: number) =>
    verificationPage({
      ...frame,
      state: 'not_checked',
      facts: { ...facts, placement },
      lastVerifiedAt: null,
      imageUrl: null,
    });
  for (const [placement, text] of [
    [2, '2nd'],
    [3, '3rd'],
    [11, '11th'],
    [22, '22nd'],
    [113, '113th'],
  ] as const) {
    expect(placed(placement)).toContain(`<dd>${text}</dd>`);
  }
});

it('shows what people wrote as text', () => {
  const evil = '<img src=x onerror=alert(1)>';
  const page = verificationPage({
    ...frame,
    issuer: evil,
    code: evil,
    state: 'revoked',
    facts: { ...facts, displayName: evil, tournament: evil },
    revokedAt: new Date(),
    revokedReason: evil,
  });
  expect(page).not.toContain('<img');
});

it('carries the style sheet that the security policy allows, byte for byte', () => {
  expect(pageOf('valid')).toContain(`<style>${STYLE}</style>`);
  expect(STYLE_HASH).toMatch(/^'sha256-[\w+/]{43}='$/);
});

it('an error page has its request id, and what a reader of Bengali needs', () => {
  const error = {
    issuer: 'Certstore',
    status: 503,
    title: 'Away',
    detail: 'Try again.',
    requestId: 'req-12345',
  };
  expect(errorPage({ ...error, language: 'en' })).toMatch(/Away[^]*Try again\.[^]*req-12345/);
  expect(errorPage({ ...error, language: 'bn' })).toContain('সাময়িকভাবে অনুপলব্ধ');
  for (const [language, words] of [
    ['en', 'Sign in on the website'],
    ['bn', 'সাইন ইন করে'],
  ] as const) {
    const text = errorPage({ ...error, status: 401, detail: 'Send "Authorization: Bearer"', language });
    expect(text).toContain(words);
    expect(text).not.toContain('Bearer');
  }
  expect(errorPage({ ...error, status: 409, language: 'bn' })).toContain('<html lang="en">');
});
