import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CostOptions } from './estimate.js';

/** `npm run cost -- …`: estimates a month's bill; reads nothing and makes no requests. */
export function registerCost(program: Command): void {
  program
    .command('cost')
    .description("estimates S3's monthly bill, with and without lifecycle rules, and whether each move pays")
    .requiredOption('--certificates-per-month <n>', 'certificates issued each month', atLeast(1))
    .option('--pdf-kib <n>', 'size of a PDF', atLeast(1), 31)
    .option('--png-kib <n>', 'size of an image', atLeast(1), 211)
    .option('--downloads <n>', 'downloads of each certificate, all in its first weeks', atLeast(0), 3)
    .option('--months <n>', 'how long the service has been running', atLeast(1), 84)
    .option('--infrequent-access-days <n>', 'age at which files move to Standard-IA', atLeast(30), 90)
    .option('--archive-days <n>', 'age at which files move to the archive class', atLeast(60), 365)
    .option('--expiration-days <n>', 'age at which files are deleted', atLeast(90), 2555)
    .addOption(
      new Option('--archive-class <class>', 'archive class')
        .choices(['GLACIER', 'GLACIER_IR'])
        .default('GLACIER'),
    )
    .option('--move-small-files', 'let files under 128 KiB move to GLACIER', false)
    .option('--json', 'one JSON document', false)
    .action(async (options: CostOptions & { json: boolean }, command: Command) => {
      const { infrequentAccessDays, archiveDays, expirationDays } = options;
      if (infrequentAccessDays >= archiveDays || archiveDays >= expirationDays) {
        command.error(
          `error: each age must be higher than the one before: --infrequent-access-days ${infrequentAccessDays}, --archive-days ${archiveDays}, ` +
            `--expiration-days ${expirationDays}`,
        );
      }
      const { estimate } = await import('./estimate.js');
      const { report } = await import('./report.js');
      const result = estimate(options);
      process.stdout.write(options.json ? `${JSON.stringify(result, snakeCase, 2)}\n` : report(result));
    });
}

/** Names as in every JSON document of ours. */
function snakeCase(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      member,
    ]),
  );
}

function atLeast(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    // In decimal digits: JavaScript's own conversion takes `0x10` and `1e3` too.
    if (!/^\d+(\.\d+)?$/.test(text) || !Number.isFinite(value) || value < least) {
      throw new InvalidArgumentError(`Takes a number from ${least}.`);
    }
    return value;
  };
}
