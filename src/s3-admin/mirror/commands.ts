import type { Command } from 'commander';
import { repeatable } from '../../cli/repeatable-option.js';
import type { Bind, CommandContext } from '../command-context.js';
import type { ExitCode } from '../exit-codes.js';
import { metaOf, SETTINGS, type SettingName } from './variables.js';

/** Options of a command and of `mirror` itself, by their names without dashes. */
export type Flags = Record<string, unknown> & { bucket?: string[] };

type Work = (context: CommandContext, flags: Flags) => Promise<ExitCode>;

/** `s3-admin mirror …`: names, options and help; the work is imported when a command is called. */
export function registerMirror(program: Command, bind: Bind): void {
  const mirror = program
    .command('mirror')
    .description('copy every bucket of an account to disk and prove each copy; continues where it stopped')
    .addOption(repeatable('-b, --bucket <name>', 'only this bucket; may be repeated'))
    .option('--no-wait', 'do not wait for archived objects that are being restored')
    .option('--delete', 'then offer to delete each verified bucket, after its name is typed')
    .option('--keep-bucket', 'empty the buckets to be deleted, but keep them')
    // In addition to the program's settings for help; sub-commands inherit both.
    .configureHelp({ ...program.configureHelp(), showGlobalOptions: true });
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const { flag, argument, is } = metaOf(name);
    mirror.option(`${flag} ${argument}`, `${is} [${name}]`);
  }
  // The options above apply to every sub-command, wherever they are on the line.
  const flagged = (work: Work) =>
    bind(async (context, own) => work(context, { ...mirror.opts<Flags>(), ...(own as Flags) }));

  const run = flagged(async (...args) => (await import('./run/run-command.js')).runCommand(...args));
  mirror.allowExcessArguments().action(async (...args: unknown[]) => {
    // Commander takes an unknown word for an argument of `mirror` itself.
    if (mirror.args.length > 0) mirror.error(`error: unknown command '${mirror.args[0]}'`);
    const { keepBucket, delete: deletes } = mirror.opts<Flags>();
    if (keepBucket && !deletes) mirror.error("error: option '--keep-bucket' goes with --delete");
    await run(...args);
  });
  const command = (name: string, description: string): Command =>
    // `mirror` itself takes more words, to tell what is wrong with them; its commands would take that over.
    mirror.command(name).description(description).allowExcessArguments(false);

  command('status', 'show phase, totals, and what is copied, verified and deleted per bucket')
    .option('--watch', 'refresh every 2 seconds')
    .action(flagged(async (...args) => (await import('./report/status-command.js')).statusCommand(...args)));
  command('verify', "read every copy back from disk and compare it with S3's checksum").action(
    flagged(async (...args) => (await import('./verify/verify-command.js')).verifyCommand(...args)),
  );
  command('retry', 'copy failed objects again').action(
    flagged(async (...args) => (await import('./run/run-command.js')).retryCommand(...args)),
  );
  command('errors', 'list failed objects, and why they failed')
    .option('--limit <n>', 'how many to show', '100')
    .action(flagged(async (...args) => (await import('./report/errors-command.js')).errorsCommand(...args)));
  command('report', 'show what was copied from where, and what it was compared with')
    .option('--export <file>', 'write every object to a file (`-`: stdout), one JSON document per line')
    .action(flagged(async (...args) => (await import('./report/report-command.js')).reportCommand(...args)));
  command('reset', 'forget the state of the mirror, after a confirmation; the files stay').action(
    flagged(async (...args) => (await import('./reset-command.js')).resetCommand(...args)),
  );
  command('smoke-test', 'create a temporary bucket, mirror, verify and delete it, and clean up').action(
    flagged(async (...args) => (await import('./smoke-test/smoke-test.js')).smokeTest(...args)),
  );
  command('delete', 'delete verified buckets from S3, each after its name is typed')
    .argument('<bucket...>', 'buckets to delete')
    .action(
      bind(async (context, names, own) => {
        const flags = { ...mirror.opts<Flags>(), ...(own as Flags) };
        return (await import('./delete/delete-command.js')).deleteCommand(context, names as string[], flags);
      }),
    );
}
