import type { PageLanguage } from './language.js';

export type AwardType = 'winner' | 'runner_up' | 'third_place' | 'participant';
export type VerificationState = 'valid' | 'not_checked' | 'revoked' | 'tampered' | 'unknown';

export interface Texts {
  verdicts: Record<VerificationState, { title: string; detail: string }>;
  awards: Record<AwardType, string>;
  awardedTo: string;
  tournament: string;
  placement: string;
  issuedOn: string;
  revokedOn: string;
  revokedReason: string;
  lastChecked: string;
  never: string;
  code: string;
  check: string;
  erased: string;
  image: string;
  compare: string;
  address: (siteUrl: string) => string;
  ordinal: (placement: number) => string;
  requestId: string;
  home: string;
}

export const TEXTS: Record<PageLanguage, Texts> = {
  en: {
    verdicts: {
      valid: {
        title: 'This certificate is valid',
        detail: 'It is on record, and its file is as it was issued.',
      },
      not_checked: {
        title: 'This certificate is valid',
        detail: 'It is on record.',
      },
      revoked: { title: 'This certificate was revoked', detail: 'It is no longer valid.' },
      tampered: {
        title: 'Do not rely on this certificate',
        detail: 'It is on record, but its stored file is not the one that was issued.',
      },
      unknown: {
        title: 'No certificate has this code',
        detail: 'Check that every character matches the code printed on the certificate.',
      },
    },
    awards: {
      winner: 'Winner',
      runner_up: 'Runner-up',
      third_place: 'Third place',
      participant: 'Participant',
    },
    awardedTo: 'Awarded to',
    tournament: 'Tournament',
    placement: 'Placement',
    issuedOn: 'Issued on',
    revokedOn: 'Revoked on',
    revokedReason: 'Reason',
    lastChecked: 'File last checked',
    never: 'not since it was issued',
    code: 'Verification code',
    check: 'Check',
    erased: 'Name not shown',
    image: 'The certificate as it was issued',
    compare: 'Compare the name and the award above with the certificate in front of you.',
    address: (siteUrl) => `This answer is genuine only at an address that begins with ${siteUrl}/`,
    ordinal: englishOrdinal,
    requestId: 'Request',
    home: 'About this service',
  },
  bn: {
    verdicts: {
      valid: {
        title: 'এই সনদপত্রটি বৈধ',
        detail: 'এটি আমাদের নথিতে আছে, এবং এর ফাইলটি প্রদানের সময় যেমন ছিল তেমনই আছে।',
      },
      not_checked: {
        title: 'এই সনদপত্রটি বৈধ',
        detail: 'এটি আমাদের নথিতে আছে।',
      },
      revoked: { title: 'এই সনদপত্রটি বাতিল করা হয়েছে', detail: 'এটি আর বৈধ নয়।' },
      tampered: {
        title: 'এই সনদপত্রের উপর নির্ভর করবেন না',
        detail: 'এটি আমাদের নথিতে আছে, কিন্তু সংরক্ষিত ফাইলটি প্রদত্ত ফাইলের সঙ্গে মেলে না।',
      },
      unknown: {
        title: 'এই কোডের কোনো সনদপত্র নেই',
        detail: 'সনদপত্রে ছাপা কোডের প্রতিটি অক্ষর মিলিয়ে দেখুন।',
      },
    },
    awards: {
      winner: 'বিজয়ী',
      runner_up: 'রানার-আপ',
      third_place: 'তৃতীয় স্থান',
      participant: 'অংশগ্রহণকারী',
    },
    awardedTo: 'প্রাপক',
    tournament: 'টুর্নামেন্ট',
    placement: 'স্থান',
    issuedOn: 'প্রদানের তারিখ',
    revokedOn: 'বাতিলের তারিখ',
    revokedReason: 'কারণ',
    lastChecked: 'ফাইলের সর্বশেষ যাচাই',
    never: 'প্রদানের পর এখনও হয়নি',
    code: 'যাচাই কোড',
    check: 'যাচাই করুন',
    erased: 'নাম দেখানো হয় না',
    image: 'সনদপত্রটি যেমন প্রদান করা হয়েছিল',
    compare: 'উপরের নাম ও পুরস্কার আপনার হাতের সনদপত্রের সঙ্গে মিলিয়ে দেখুন।',
    address: (siteUrl) => `এই উত্তর কেবল তখনই খাঁটি, যখন ঠিকানা শুরু হয় ${siteUrl}/ দিয়ে`,
    ordinal: (placement) => new Intl.NumberFormat('bn').format(placement),
    requestId: 'অনুরোধ',
    home: 'এই সেবা সম্পর্কে',
  },
};

function englishOrdinal(placement: number): string {
  const ending = { one: 'st', two: 'nd', few: 'rd', other: 'th' } as Record<string, string>;
  return `${placement}${ending[new Intl.PluralRules('en', { type: 'ordinal' }).select(placement)] ?? 'th'}`;
}

/** A day as people of this language write it, UTC: the zone in which certificates are issued. */
export function formatDay(date: Date, language: PageLanguage): string {
  return new Intl.DateTimeFormat(language === 'bn' ? 'bn-BD' : 'en-GB', {
    dateStyle: 'long',
    timeZone: 'UTC',
  }).format(date);
}
