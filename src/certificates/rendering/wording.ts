import type { CertificateType, Language } from './renderer.js';

/** The fixed texts of one language. */
export interface Wording {
  title: Record<CertificateType, string>;
  presentedTo: string;
  /** Why, split where the tournament's name goes. */
  reason: Record<CertificateType, { before?: string; after?: string }>;
  completed: (date: string) => string;
  issued: string;
  code: string;
  scan: string;
  date: (date: Date) => string;
  ordinal: (placement: number) => string;
  /** Under the number in the medallion. */
  place: string;
}

// Own tables, not Intl's: those change with the ICU of the machine, and a re-render must match its hash.
const MONTHS_EN =
  'January February March April May June July August September October November December'.split(' ');
const MONTHS_BN = 'জানুয়ারি ফেব্রুয়ারি মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর'.split(' ');
const DIGITS_BN = [...'০১২৩৪৫৬৭৮৯'];
const SUFFIXES_BN = ['ম', 'য়', 'য়', 'র্থ', 'ম', 'ষ্ঠ', 'ম', 'ম', 'ম', 'ম'];

const english: Wording = {
  title: {
    winner: 'Winner Certificate',
    runner_up: 'Runner-up Certificate',
    third_place: 'Third Place Certificate',
    participant: 'Participation Certificate',
  },
  presentedTo: 'This certificate is proudly presented to',
  reason: {
    winner: { before: 'for winning' },
    runner_up: { before: 'for finishing as runner-up in' },
    third_place: { before: 'for taking third place in' },
    participant: { before: 'for taking part in' },
  },
  completed: (date) => `completed on ${date}`,
  issued: 'Date of issue',
  code: 'Verification code',
  scan: 'Scan to verify',
  date: (date) => `${date.getUTCDate()} ${MONTHS_EN[date.getUTCMonth()]} ${date.getUTCFullYear()}`,
  ordinal: (placement) => placement + englishSuffix(placement),
  place: 'Place',
};

const bengali: Wording = {
  title: {
    winner: 'বিজয়ী সনদপত্র',
    runner_up: 'রানার-আপ সনদপত্র',
    third_place: 'তৃতীয় স্থান সনদপত্র',
    participant: 'অংশগ্রহণ সনদপত্র',
  },
  presentedTo: 'এই সনদপত্র সগৌরবে প্রদান করা হলো',
  reason: {
    winner: { after: 'প্রতিযোগিতায় বিজয়ী হওয়ার স্বীকৃতিস্বরূপ' },
    runner_up: { after: 'প্রতিযোগিতায় রানার-আপ হওয়ার স্বীকৃতিস্বরূপ' },
    third_place: { after: 'প্রতিযোগিতায় তৃতীয় স্থান অর্জনের স্বীকৃতিস্বরূপ' },
    participant: { after: 'প্রতিযোগিতায় অংশগ্রহণের স্বীকৃতিস্বরূপ' },
  },
  completed: (date) => `সমাপ্তির তারিখ: ${date}`,
  issued: 'প্রদানের তারিখ',
  code: 'যাচাইকরণ কোড',
  scan: 'যাচাই করতে স্ক্যান করুন',
  date: (date) =>
    `${bengaliDigits(date.getUTCDate())} ${MONTHS_BN[date.getUTCMonth()]} ${bengaliDigits(date.getUTCFullYear())}`,
  ordinal: (placement) => bengaliDigits(placement) + (SUFFIXES_BN[placement - 1] ?? 'তম'),
  place: 'স্থান',
};

export const WORDING: Record<Language, Wording> = { en: english, bn: bengali };

function englishSuffix(n: number): string {
  if (n % 100 >= 11 && n % 100 <= 13) return 'th';
  return { 1: 'st', 2: 'nd', 3: 'rd' }[n % 10] ?? 'th';
}

function bengaliDigits(n: number): string {
  return String(n).replace(/\d/g, (digit) => DIGITS_BN[Number(digit)] ?? digit);
}
