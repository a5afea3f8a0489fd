import { RefusedError } from './exit-code.js';

/**
 * A whole number from the command line.
 * @throws RefusedError naming the option and what it takes
 */
export function wholeNumber(name: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new RefusedError(
    'bad_usage',
    `${name} takes a whole number from ${least}; got ${JSON.stringify(text)}`,
  );
}
