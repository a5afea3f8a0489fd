import type { Command } from 'commander';
import type { Bind } from '../command-context.js';
import { metaOf, SETTINGS, type SettingName } from './settings.js';

/** `s3-admin mirror …`: names, options and help; the work is imported when a command is called. */
export function registerMirror(program: Command, bind: Bind): void {
  const mirror = program
    .command('mirror')
    .description('copy every bucket of an account to disk, with proof; goes on where it stopped');
  settings(buckets(mirror))
    .option('--no-wait', 'do not wait for archived objects that are being restored')
    .option('--delete', 'then offer to delete each verified bucket, by typing its name')
    .option('--keep-bucket', 'with --delete: empty the bucket, but keep it')
    .action(
      bind(async (context, flags) => (await import('./run-command.js')).runCommand(context, flags as Flags)),
    );

  settings(mirror.command('status'))
    .description('phase, totals, and per bucket what is copied, verified and deleted')
    .option('--watch', 'show it again every 2 seconds')
    .action(
      bind(async (context, flags) =>
        (await import('./status-command.js')).statusCommand(context, flags as Flags),
      ),
    );

  settings(buckets(mirror.command('verify')))
    .description('read every copy back from the disk and compare it with what S3 said of it')
    .action(
      bind(async (context, flags) =>
        (await import('./verify-command.js')).verifyCommand(context, flags as Flags),
      ),
    );

  settings(buckets(mirror.command('retry')))
    .description('copy the objects that failed once more')
    .option('--no-wait', 'do not wait for archived objects that are being restored')
    .action(
      bind(async (context, flags) =>
        (await import('./run-command.js')).retryCommand(context, flags as Flags),
      ),
    );

  settings(buckets(mirror.command('errors')))
    .description('objects that failed, and why')
    .option('--limit <n>', 'how many to show', '100')
    .action(
      bind(async (context, flags) =>
        (await import('./report-commands.js')).errorsCommand(context, flags as Flags),
      ),
    );

  settings(buckets(mirror.command('report')))
    .description(
      'the record of what was copied from where, with which proof: a summary, or every object as JSON lines',
    )
    .option('--export <file>', 'write every object to a file (`-`: stdout), one JSON document per line')
    .action(
      bind(async (context, flags) =>
        (await import('./report-commands.js')).reportCommand(context, flags as Flags),
      ),
    );

  settings(mirror.command('delete'))
    .argument('<bucket...>', 'buckets to delete')
    .description(
      'delete verified buckets from S3, each after its name is typed; deletes exactly what was verified',
    )
    .option('--keep-bucket', 'empty the bucket, but keep it')
    .action(
      bind(async (context, names, flags) =>
        (await import('./delete/delete-command.js')).deleteCommand(
          context,
          names as string[],
          flags as Flags,
        ),
      ),
    );

  settings(mirror.command('reset'))
    .description(
      'forget what is known of the mirror, after a prompt; files stay, and the next run takes them over by comparing',
    )
    .action(
      bind(async (context, flags) =>
        (await import('./reset-command.js')).resetCommand(context, flags as Flags),
      ),
    );

  settings(mirror.command('smoke-test'))
    .description('make a temporary bucket, mirror, verify and delete it, and clean up')
    .action(
      bind(async (context, flags) => (await import('./smoke-test.js')).smokeTest(context, flags as Flags)),
    );
}

/** Options of a command, by their names without dashes. */
export type Flags = Record<string, unknown> & { bucket?: string[] };

function buckets(command: Command): Command {
  return command.option(
    '-b, --bucket <name>',
    'only this bucket; may be given again',
    (name: string, names?: string[]) => [...(names ?? []), name],
  );
}

function settings(command: Command): Command {
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const { flag, argument, is } = metaOf(name);
    command.option(`${flag} ${argument}`, `${is} [${name}]`);
  }
  return command;
}
