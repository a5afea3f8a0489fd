import { KIB, GIB, storagePerMonth, transferCost } from './prices.js';

// Worked out by hand from the price list.
describe('prices', () => {
  it('bills Standard by the byte', () => {
    expect(storagePerMonth('STANDARD', GIB)).toBeCloseTo(0.023, 10);
  });

  it.each(['STANDARD_IA', 'GLACIER_IR'] as const)(
    'bills 128 KiB for anything smaller in %s',
    (storageClass) => {
      const least = storagePerMonth(storageClass, 128 * KIB);
      expect(storagePerMonth(storageClass, 1)).toBe(least);
      expect(storagePerMonth(storageClass, 256 * KIB)).toBeCloseTo(2 * least, 15);
    },
  );

  it('adds 32 KiB at its own price and 8 KiB at that of Standard to every object in GLACIER', () => {
    // 1 GiB of 128 KiB objects is 8192 of them: 8192 × 32 KiB = 0.25 GiB, 8192 × 8 KiB = 0.0625 GiB.
    const byHand = 1.25 * 0.0036 + 0.0625 * 0.023; // 0.0059375
    expect(8192 * storagePerMonth('GLACIER', 128 * KIB)).toBeCloseTo(byHand, 10);
    expect(byHand).toBeCloseTo(0.0059375, 10);
  });

  it.each([
    [0, 0],
    [100, 0],
    [101, 0.09],
    [10_240, 912.6], // 10,140 × 0.09
    [11_240, 997.6], // and 1,000 × 0.085
  ])('asks for %d GiB to the internet %d dollars', (gib, dollars) => {
    expect(transferCost(gib)).toBeCloseTo(dollars, 6);
  });
});
