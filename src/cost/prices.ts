/** Where an object's bytes are billed. S3's own names. */
export type StorageClass = 'STANDARD' | 'STANDARD_IA' | 'GLACIER' | 'GLACIER_IR';

/**
 * List prices in US dollars. Other regions differ by up to a third, and prices change: the date is part of every report.
 * https://aws.amazon.com/s3/pricing/
 */
export const PRICES = {
  date: '2025-06-01',
  region: 'us-east-1',
  /** A GiB for a month. */
  storage: {
    STANDARD: 0.023,
    STANDARD_IA: 0.0125,
    GLACIER: 0.0036,
    GLACIER_IR: 0.004,
  } satisfies Record<StorageClass, number>,
  /** A thousand requests. */
  requests: { put: 0.005, get: 0.0004 },
  /** A thousand objects moved into the class by a lifecycle rule. */
  transitions: { STANDARD: 0, STANDARD_IA: 0.01, GLACIER: 0.03, GLACIER_IR: 0.02 } satisfies Record<
    StorageClass,
    number
  >,
  /** Days billed in any case, however soon an object is moved on or deleted. */
  leastStay: { STANDARD: 0, STANDARD_IA: 30, GLACIER: 90, GLACIER_IR: 90 } satisfies Record<
    StorageClass,
    number
  >,
  /** A GiB to the internet, by how much goes out in the month; the first 100 GiB of an account are free. */
  transfer: [
    { upToGiB: 100, perGiB: 0 },
    { upToGiB: 10_240, perGiB: 0.09 },
    { upToGiB: 51_200, perGiB: 0.085 },
    { upToGiB: 153_600, perGiB: 0.07 },
    { upToGiB: Infinity, perGiB: 0.05 },
  ],
} as const;

export const KIB = 1024;
export const GIB = 1024 ** 3;
/** What a month is in these sums. */
export const DAYS_PER_MONTH = 365.25 / 12;

/**
 * What one object costs in a class for a month, in dollars. Standard-IA and Glacier Instant Retrieval bill at least
 * 128 KiB; Glacier Flexible Retrieval adds 32 KiB of its own and 8 KiB at Standard's price to every object.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html
 */
export function storagePerMonth(storageClass: StorageClass, bytes: number): number {
  const { storage } = PRICES;
  switch (storageClass) {
    case 'STANDARD':
      return (bytes / GIB) * storage.STANDARD;
    case 'STANDARD_IA':
    case 'GLACIER_IR':
      return (Math.max(bytes, 128 * KIB) / GIB) * storage[storageClass];
    case 'GLACIER':
      return ((bytes + 32 * KIB) / GIB) * storage.GLACIER + ((8 * KIB) / GIB) * storage.STANDARD;
  }
}

/** Dollars for so much to the internet in one month. */
export function transferCost(gib: number): number {
  let cost = 0;
  let from = 0;
  for (const { upToGiB, perGiB } of PRICES.transfer) {
    cost += Math.max(0, Math.min(gib, upToGiB) - from) * perGiB;
    from = upToGiB;
  }
  return cost;
}
