import { LARGEST_INTEGER } from '../../database/largest-integer.js';
import { RefusedError } from '../runs/refused.error.js';

/** A hundred years, which can still be subtracted from a date. */
export const MOST_DAYS = 36_500;

/**
 * A whole number from the command line.
 * @throws RefusedError naming the option and what it takes
 */
export function wholeNumber(
  name: string,
  text: string | undefined,
  least: number,
  most = LARGEST_INTEGER,
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new RefusedError(
    'bad_usage',
    `${name} takes a whole number from ${least} to ${most}; got ${JSON.stringify(text)}`,
  );
}
