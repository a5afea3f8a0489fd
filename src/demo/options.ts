import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run demo -- [--s3] [--exit]

issues the certificates of a real tournament, downloads and verifies every file, and
stays up until Ctrl-C

  --s3        the move to a real S3 server and back, step by step; ends by itself
  --exit      end by itself
  -h, --help  this text

Exit code: 0 every check held; 1 one did not, or it failed; 130 interrupted`;

/** @throws TypeError naming an option that the demonstration does not have */
export function demoOptions(args: string[]) {
  const flag = { type: 'boolean' } as const;
  return parseArgs({ args, options: { exit: flag, s3: flag, help: { ...flag, short: 'h' } } }).values;
}
