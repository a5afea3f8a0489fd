import { Command } from 'commander';
import type { TokenOptions } from '../auth/token.command.js';
import { registerMigration } from '../migration/commands/register.js';
import { demandValues } from '../cli/demand-values.js';
import { refusal } from '../cli/refusal.js';
import { refuseNpmsDryRun } from '../cli/refuse-npms-dry-run.js';
import { repeatable } from '../cli/repeatable-option.js';
import { registerCost } from '../cost/cost.command.js';

/**
 * The operator's commands: names, options and help. Each command's work is imported only when it is called, so that
 * `--help` costs nothing; results go to standard output, progress and log to standard error.
 */
export function operatorCommands(): Command {
  const program = new Command('certstore')
    .description('Operator commands of Certstore')
    .usage('<command> [options]')
    .configureHelp({
      commandUsage: (command) =>
        command.parent
          ? `npm run ${command.name()} -- ${command.usage()}`
          : `node dist/cli.js ${command.usage()}`,
    })
    .showHelpAfterError()
    .exitOverride((error) => {
      if (error.exitCode === 0) process.exit(0);
      if (process.argv.includes('--json')) process.stdout.write(refusal('bad_usage', error.message));
      process.exit(2);
    });

  program
    .command('token')
    .description('print a token for calling the API')
    .requiredOption('--sub <user id>', 'user id the token is for')
    .addOption(repeatable('--role <role>', 'a role, such as staff; may be repeated').default([], 'none'))
    .option(
      '--expires-in <time>',
      'how long it is valid, such as 15m, 8h or 30d, or "never" to not expire',
      '24h',
    )
    .action(async (options: TokenOptions) => {
      const { configOrExit } = await import('../process/start-and-stop.js');
      const { printToken } = await import('../auth/token.command.js');
      process.exitCode = await printToken(configOrExit(), options);
    });

  registerCost(program);
  registerMigration(program, async (options) => {
    const config = (await import('../process/start-and-stop.js')).configOrExit(options);
    if (options.queue) (await import('./log-to-stderr.js')).logToStderr(config);
    return config;
  });
  demandValues(program);
  refuseNpmsDryRun(program, process.env);
  return program;
}
