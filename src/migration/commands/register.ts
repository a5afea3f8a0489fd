import type { Command } from 'commander';
import type { Config } from '../../config/config.js';
import { BATCH_SIZE, CONCURRENCY } from '../engine/pace.js';
import { answering } from './answering.js';

const EXIT_CODES = `
Can be stopped at any moment and run again. Each file is a line in
logs/s3_migration.log.

Exit code: 0 all done, or nothing to do; 1 some files failed, or the run ended
           early; 2 none done, or bad usage; 130 interrupted`;

/** The commands that move files and maintain them. @param config reads the configuration or ends the process */
export function registerMigration(
  program: Command,
  config: (options: { json?: boolean; queue?: boolean }) => Promise<Config>,
): void {
  const command = (name: string): Command =>
    program
      .command(name)
      .configureHelp({ commandUsage: () => `npm run ${name}:certs -- [options]` })
      .addHelpText('after', EXIT_CODES);
  /** @param load imports the command's work: `--help` costs nothing */
  const running =
    <Options extends { json?: boolean; queue?: boolean }>(
      load: () => Promise<(config: Config, options: Options) => Promise<number>>,
    ) =>
    async (options: Options): Promise<void> => {
      const work = await load();
      const given = await config(options);
      process.exitCode = await answering(options.json ?? false, () => work(given, options));
    };

  command('migrate')
    .description('copy every local file that is not in S3 yet to S3')
    .option('--dry-run', 'read, hash and report, but write nothing')
    .option(
      '--batch-size <files>',
      'files read from the database at a time; with --queue, per batch',
      `${BATCH_SIZE}`,
    )
    .option('--tournament-id <id>', 'only the files of this tournament')
    .option(
      '--concurrency <files>',
      'most files in flight; fewer while S3 asks to slow down',
      `${CONCURRENCY}`,
    )
    .option('--limit <files>', 'stop after this many files')
    .option('--queue', 'hand batches to the workers (npm run worker) and follow them to the end')
    .option('--json', 'one JSON document on standard output')
    .action(running(async () => (await import('./migrate.command.js')).migrateCerts));

  command('validate')
    .description('compare rows, disk and bucket, and read a sample of the files back')
    .option('--sample <files>', 'files to read back (default: 1 %, at least 10, at most 1000)')
    .option('--all', 'read every file back')
    .option('--json', 'one JSON document on standard output')
    .action(running(async () => (await import('./validate.command.js')).validateCerts));

  command('restore')
    .description('copy files from S3 back to disk, for a rollback')
    .option('--dry-run', 'read, hash and report, but write nothing')
    .option('--tournament-id <id>', 'only the files of this tournament')
    .option('--json', 'one JSON document on standard output')
    .action(running(async () => (await import('./restore.command.js')).restoreCerts));

  command('retire')
    .description(
      'remove local copies of files whose S3 copy is read and found right; only shows a plan unless --execute is given',
    )
    .option('--execute', 'do it, after a confirmation')
    .option('--yes', 'do not ask for confirmation')
    .option('--older-than-days <days>', 'only files that have been in S3 for this long', '60')
    .option(
      '--verified-within-days <days>',
      'do not read files again that were read in S3 and found right in this time; only check that they are there, unchanged',
      '0',
    )
    .option('--archive', 'first copy the files to _archive/ in the bucket')
    .option('--json', 'one JSON document on standard output')
    .action(running(async () => (await import('./retire.command.js')).retireCerts));

  command('erase')
    .description(
      'erase certificates deleted at least 30 days ago: files, every version, personal fields; only shows a plan unless --execute is given',
    )
    .option('--execute', "do it; this can't be undone")
    .option('--json', 'one JSON document on standard output')
    .action(running(async () => (await import('./erase.command.js')).eraseCerts));

  command('import')
    .description('import certificates from a Django store')
    .requiredOption('--media-root <folder>', "the old store's MEDIA_ROOT")
    .requiredOption('--manifest <file>', 'JSON from `manage.py dumpdata`, or CSV')
    .option('--dry-run', 'read, hash and report, but write nothing')
    .option('--json', 'one JSON document on standard output')
    .action(running(async () => (await import('./import.command.js')).importCerts));
}
