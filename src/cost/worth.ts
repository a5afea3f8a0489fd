import type { Lifecycle } from './lifecycle.js';
import { DAYS_PER_MONTH, KIB, PRICES, type StorageClass, storagePerMonth } from './prices.js';

/** Whether moving a file of this size saves anything, had the rules let it move. */
export interface Worth {
  storageClass: StorageClass;
  /** Days it lies there. */
  days: number;
  /** Dollars saved by a million such files over that time, less the moves themselves; negative: lost. */
  savedPerMillion: number;
  pays: boolean;
  /** Least size in bytes at which the move pays; undefined where none does. */
  breakEvenBytes: number | undefined;
}

const MILLION = 1_000_000;
/** Beyond it nothing changes: every minimum and overhead is far smaller. */
const LARGEST = 16 * 1024 * KIB;

/** Both moves of the rules, each against staying in Standard for as long. */
export function worthOfMoves(bytes: number, rules: Lifecycle): Worth[] {
  return [
    worth(bytes, 'STANDARD_IA', rules.archiveDays - rules.infrequentAccessDays),
    worth(bytes, rules.archiveClass, rules.expirationDays - rules.archiveDays),
  ];
}

function worth(bytes: number, storageClass: StorageClass, days: number): Worth {
  const savedPerMillion = saved(bytes, storageClass, days);
  return {
    storageClass,
    days,
    savedPerMillion,
    pays: savedPerMillion > 0,
    breakEvenBytes: breakEven(storageClass, days),
  };
}

function saved(bytes: number, storageClass: StorageClass, days: number): number {
  const billed = Math.max(days, PRICES.leastStay[storageClass]);
  const inStandard = (storagePerMonth('STANDARD', bytes) * days) / DAYS_PER_MONTH;
  const moved = (storagePerMonth(storageClass, bytes) * billed) / DAYS_PER_MONTH;
  const move = PRICES.transitions[storageClass] / 1000;
  return MILLION * (inStandard - moved - move);
}

/** By bisection: a move that pays for the largest file pays from one size on. */
function breakEven(storageClass: StorageClass, days: number): number | undefined {
  if (saved(LARGEST, storageClass, days) <= 0) return undefined;
  let [low, high] = [0, LARGEST];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (saved(middle, storageClass, days) > 0) high = middle;
    else low = middle;
  }
  return high;
}
