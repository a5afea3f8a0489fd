import type { Command } from 'commander';
import type { Config } from '../../config/config.js';
import { BATCH_SIZE, CONCURRENCY } from '../engine/pace.js';
import { answering } from './answering.js';

const EXIT_CODES = `
Can be stopped at any moment and run again. Each file is a line in
logs/s3_migration.log.

Exit code: 0 all done, or nothing to do; 1 some files failed, or the run ended
           early; 2 none done, or bad usage; 130 interrupted`;

/** The commands that move files and look after them. @param config reads the configuration or ends the process */
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
    .description('gives every local file its copy in S3')
    .option('--dry-run', 'reads, hashes and reports, and writes nothing')
    .option('--batch-size <files>', 'files read from the database at a time', `${BATCH_SIZE}`)
    .option('--tournament-id <id>', 'only the files of this tournament')
    .option(
      '--concurrency <files>',
      'files in flight at most; fewer where S3 asks to slow down',
      `${CONCURRENCY}`,
    )
    .option('--limit <files>', 'end after so many files')
    .option('--queue', 'hand batches to the workers (npm run worker) and follow them')
    .option('--json', 'one JSON document on standard output')
    .action(running(async () => (await import('./migrate.command.js')).migrateCerts));

  command('validate')
    .description('compares rows, disk and bucket, and reads a sample of the files back')
    .option('--sample <files>', 'files to read back (default: 1 %, at least 10, at most 1000)')
    .option('--all', 'read every file back')
    .option('--json', 'one JSON document on standard output')
    .action(running(async () => (await import('./validate.command.js')).validateCerts));

  command('restore')
    .description('brings every file in S3 back to disk, for a rollback')
    .option('--dry-run', 'reads, hashes and reports, and writes nothing')
    .option('--tournament-id <id>', 'only the files of this tournament')
    .option('--json', 'one JSON document on standard output')
    .action(running(async () => (await import('./restore.command.js')).restoreCerts));

  command('retire')
    .description(
      'removes local copies of files whose copy in S3 is read and found right; a plan unless --execute',
    )
    .option('--execute', 'do it, after a question')
    .option('--yes', 'do it without a question')
    .option('--older-than-days <days>', 'only files that came to S3 so long ago', '60')
    .option(
      '--verified-within-days <days>',
      'do not read again what a check read in S3 so lately; ask only whether it is still there, unchanged',
      '0',
    )
    .option('--archive', 'first copy them to _archive/ in the bucket')
    .option('--json', 'one JSON document on standard output')
    .action(running(async () => (await import('./retire.command.js')).retireCerts));

  command('erase')
    .description(
      'erases certificates that were deleted 30 days ago or more: files, every version, personal fields; a plan unless --execute',
    )
    .option('--execute', 'do it; it can not be undone')
    .option('--json', 'one JSON document on standard output')
    .action(running(async () => (await import('./erase.command.js')).eraseCerts));

  command('import')
    .description('takes certificates over from a Django store')
    .requiredOption('--media-root <folder>', "the old store's MEDIA_ROOT")
    .requiredOption('--manifest <file>', 'what `manage.py dumpdata` wrote (JSON), or CSV')
    .option('--dry-run', 'reads, hashes and reports, and writes nothing')
    .option('--json', 'one JSON document on standard output')
    .action(running(async () => (await import('./import.command.js')).importCerts));
}
