import { type Lifecycle, stays, staysInStandard } from './lifecycle.js';
import { type MonthlyCost, monthlyCost } from './monthly-cost.js';
import { KIB, PRICES } from './prices.js';
import { type Worth, worthOfMoves } from './worth.js';

export interface CostOptions extends Lifecycle {
  certificatesPerMonth: number;
  pdfKib: number;
  pngKib: number;
  /** Of each certificate. */
  downloads: number;
  months: number;
}

export interface Estimate {
  prices: { date: string; region: string; currency: 'USD' };
  months: number;
  /** The bill of one month where the rules only delete. */
  withoutLifecycle: MonthlyCost;
  withLifecycle: MonthlyCost;
  files: {
    name: string;
    bytes: number;
    /** Each move of the rules: whether a file of this size is moved at all, and whether that pays or would. */
    moves: (Worth & { moved: boolean })[];
  }[];
}

export function estimate(options: CostOptions): Estimate {
  const files = [
    { name: 'pdf', bytes: options.pdfKib * KIB },
    { name: 'png', bytes: options.pngKib * KIB },
  ];
  const workload = {
    certificatesPerMonth: options.certificatesPerMonth,
    files,
    downloadsPerCertificate: options.downloads,
    months: options.months,
  };
  return {
    prices: { date: PRICES.date, region: PRICES.region, currency: 'USD' },
    months: options.months,
    withoutLifecycle: monthlyCost(workload, () => staysInStandard(options)),
    withLifecycle: monthlyCost(workload, (bytes) => stays(bytes, options)),
    files: files.map(({ name, bytes }) => {
      const classes = new Set(stays(bytes, options).map((stay) => stay.storageClass));
      const moves = worthOfMoves(bytes, options).map((worth) => ({
        ...worth,
        moved: classes.has(worth.storageClass),
      }));
      return { name, bytes, moves };
    }),
  };
}
