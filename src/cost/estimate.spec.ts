import { type CostOptions, estimate } from './estimate.js';

const DEFAULTS: CostOptions = {
  certificatesPerMonth: 1000,
  pdfKib: 31,
  pngKib: 211,
  downloads: 3,
  months: 84,
  infrequentAccessDays: 90,
  archiveDays: 365,
  expirationDays: 2555,
  archiveClass: 'GLACIER',
  moveSmallFiles: false,
};

function storage(cost: { storage: { storageClass: string; files: number; cost: number }[] }) {
  return Object.fromEntries(cost.storage.map(({ storageClass, ...rest }) => [storageClass, rest]));
}

describe('a month’s bill', () => {
  it('is Standard alone without rules', () => {
    const { withoutLifecycle } = estimate(DEFAULTS);
    // 2,555 of 2,556.75 days: 2555 / 30.4375 = 83.9425 months of 1,000 certificates, 242 KiB each.
    const { STANDARD } = storage(withoutLifecycle);
    expect(STANDARD?.files).toBeCloseTo(167_885.0, 0);
    expect(STANDARD?.cost).toBeCloseTo(((83_942.5 * 242) / 1_048_576) * 0.023, 5); // 0.44558
    expect(withoutLifecycle.requests).toEqual({
      uploads: 0.01,
      downloads: expect.closeTo(0.0012),
      transitions: 0,
    });
    expect(withoutLifecycle.transfer).toBe(0); // 3,000 × 121 KiB is 0.35 GiB of the free 100
  });

  it('by class with the rules: small PDFs stay, images move twice', () => {
    const { withLifecycle } = estimate(DEFAULTS);
    const { STANDARD, STANDARD_IA, GLACIER } = storage(withLifecycle);
    // PDFs for 2555 days and images for 90; images for 275; images for 2190 (days / 30.4375 × 1,000).
    expect(STANDARD?.files).toBeCloseTo(83_942.5 + 2_956.9, 0);
    expect(STANDARD_IA?.files).toBeCloseTo(9_034.9, 0);
    expect(GLACIER?.files).toBeCloseTo(71_950.7, 0);
    expect(STANDARD_IA?.cost).toBeCloseTo(((9_034.9 * 211) / 1_048_576) * 0.0125, 5); // 0.02273
    // 211 + 32 KiB at 0.0036, 8 KiB at 0.023
    expect(GLACIER?.cost).toBeCloseTo((71_950.7 / 1_048_576) * (243 * 0.0036 + 8 * 0.023), 5); // 0.07265
    expect(withLifecycle.requests.transitions).toBeCloseTo(0.01 + 0.03, 10);
  });

  it('has no class that nothing is old enough for', () => {
    const { withLifecycle } = estimate({ ...DEFAULTS, months: 6 });
    expect(Object.keys(storage(withLifecycle))).toEqual(['STANDARD', 'STANDARD_IA']);
    expect(withLifecycle.requests.transitions).toBeCloseTo(0.01, 10);
  });

  it('bills the least stay of a class that is left sooner', () => {
    const { withLifecycle } = estimate({ ...DEFAULTS, infrequentAccessDays: 90, archiveDays: 100 });
    const { STANDARD_IA } = storage(withLifecycle);
    // Ten days' images lie there: 10 / 30.4375 × 1,000. Each is billed for 30 days: 985.63 × 211 KiB at 0.0125.
    expect(STANDARD_IA?.files).toBeCloseTo(328.5, 1);
    expect(STANDARD_IA?.cost).toBeCloseTo(((985.626 * 211) / 1_048_576) * 0.0125, 6); // 0.00248
  });

  it('bills no least stay of files that are still there', () => {
    // After four months the first images have been in Standard-IA for 31.75 days.
    const { withLifecycle } = estimate({ ...DEFAULTS, months: 4 });
    const { STANDARD_IA } = storage(withLifecycle);
    expect(STANDARD_IA?.cost).toBeCloseTo((((31.75 / 30.4375) * 1_000 * 211) / 1_048_576) * 0.0125, 6);
  });

  it('pays for transfer beyond the free 100 GiB', () => {
    const { withLifecycle } = estimate({ ...DEFAULTS, certificatesPerMonth: 1_000_000 });
    // 3,000,000 downloads of 121 KiB on average: 346.18 GiB
    expect(withLifecycle.transfer).toBeCloseTo((346.1838 - 100) * 0.09, 2);
  });
});

describe('whether a move pays', () => {
  const moves = (options: Partial<CostOptions>, name: string) =>
    estimate({ ...DEFAULTS, ...options }).files.find((file) => file.name === name)?.moves ?? [];

  it('a 31 KiB PDF would cost more in both classes than it saves, and stays', () => {
    const [ia, glacier] = moves({}, 'pdf');
    // In a million files: 275 / 30.4375 × (31 × 0.023 - 128 × 0.0125) / 1,048,576 × 10⁶ - 10
    expect(ia?.savedPerMillion).toBeCloseTo(-17.643, 2);
    // 2190 / 30.4375 × (31 × 0.023 - 63 × 0.0036 - 8 × 0.023) / 1,048,576 × 10⁶ - 30
    expect(glacier?.savedPerMillion).toBeCloseTo(-9.264, 2);
    expect([ia, glacier].map((move) => [move?.pays, move?.moved])).toEqual([
      [false, false],
      [false, false],
    ]);
  });

  it('a 211 KiB image saves in both', () => {
    const [ia, glacier] = moves({}, 'png');
    expect(ia?.savedPerMillion).toBeCloseTo(9.09, 1);
    expect(glacier?.savedPerMillion).toBeCloseTo(230.35, 1);
    expect([ia?.moved, glacier?.moved]).toEqual([true, true]);
  });

  it('knows the least size that pays: 121 KiB for Standard-IA, 38 KiB for GLACIER over six years', () => {
    const [ia, glacier] = moves({}, 'png');
    // GLACIER: size × (0.023 - 0.0036) = 32 × 0.0036 + 8 × 0.023 + 30 / 10⁶ × 1,048,576 / 71.9507
    expect((glacier?.breakEvenBytes ?? 0) / 1024).toBeCloseTo(37.96, 1);
    // Standard-IA: size × 0.023 = 128 × 0.0125 + 10 / 10⁶ × 1,048,576 / 9.03491
    expect((ia?.breakEvenBytes ?? 0) / 1024).toBeCloseTo(120.03, 1);
  });

  it('small files move to GLACIER only where told to, and never to the instant class', () => {
    expect(moves({ moveSmallFiles: true }, 'pdf').map((move) => move.moved)).toEqual([false, true]);
    const instant = moves({ moveSmallFiles: true, archiveClass: 'GLACIER_IR' }, 'pdf');
    expect(instant.map((move) => move.moved)).toEqual([false, false]);
  });

  it('over six years the instant archive class costs less than GLACIER up to 1,112 KiB', () => {
    const cheaper = (pngKib: number) => {
      const [, glacier] = moves({ pngKib }, 'png');
      const [, instant] = moves({ pngKib, archiveClass: 'GLACIER_IR' }, 'png');
      return (instant?.savedPerMillion ?? 0) > (glacier?.savedPerMillion ?? 0) ? 'GLACIER_IR' : 'GLACIER';
    };
    // size × (0.004 - 0.0036) = 32 × 0.0036 + 8 × 0.023 + (30 - 20) / 10⁶ × 1,048,576 / 71.9507
    expect([128, 211, 1111].map(cheaper)).toEqual(['GLACIER_IR', 'GLACIER_IR', 'GLACIER_IR']);
    expect(cheaper(1113)).toBe('GLACIER');
  });

  it('an early departure is counted: ten days in Standard-IA are billed as thirty', () => {
    const [ia] = moves({ archiveDays: 100 }, 'png');
    // (10 × 211 × 0.023 - 30 × 211 × 0.0125) / 30.4375 / 1,048,576 × 10⁶ - 10 = 1.5206 - 2.4792 - 10
    expect(ia?.savedPerMillion).toBeCloseTo(-10.959, 2);
    expect(ia?.breakEvenBytes).toBeUndefined();
  });

  it('never pays where the stay is too short', () => {
    const [ia] = moves({ infrequentAccessDays: 364 }, 'png');
    expect(ia?.pays).toBe(false);
  });
});
