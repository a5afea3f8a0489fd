import { WORDING } from './wording.js';

describe('WORDING', () => {
  it.each([
    [1, '1st', '১ম'],
    [2, '2nd', '২য়'],
    [3, '3rd', '৩য়'],
    [4, '4th', '৪র্থ'],
    [6, '6th', '৬ষ্ঠ'],
    [10, '10th', '১০ম'],
    [11, '11th', '১১তম'],
    [12, '12th', '১২তম'],
    [21, '21st', '২১তম'],
    [113, '113th', '১১৩তম'],
    [1002, '1002nd', '১০০২তম'],
  ])('counts to %i in both languages', (placement, en, bn) => {
    expect(WORDING.en.ordinal(placement)).toBe(en);
    expect(WORDING.bn.ordinal(placement)).toBe(bn);
  });

  it('writes dates in UTC, with Bengali digits in Bengali', () => {
    const date = new Date('2024-12-31T23:59:59Z');
    expect(WORDING.en.date(date)).toBe('31 December 2024');
    expect(WORDING.bn.date(date)).toBe('৩১ ডিসেম্বর ২০২৪');
  });
});
