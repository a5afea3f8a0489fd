import { parseArgs } from 'node:util';

/** @throws TypeError naming an option that the demonstration does not have */
export function demoOptions(args: string[]) {
  return parseArgs({ args, options: { exit: { type: 'boolean' }, s3: { type: 'boolean' } } }).values;
}
