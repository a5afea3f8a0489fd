import type { Command } from 'commander';

/**
 * npm has a `--dry-run` of its own: in `npm run restore:certs --dry-run`, without `--`, it keeps the word to itself, and the
 * command would do what was only to be tried.
 */
export function refuseNpmsDryRun(program: Command, env: NodeJS.ProcessEnv): void {
  program.hook('preAction', (_, command) => {
    if (env['npm_config_dry_run'] !== 'true' || command.getOptionValue('dryRun') === true) return;
    if (!command.options.some(({ long }) => long === '--dry-run')) return;
    command.error('error: npm kept --dry-run to itself; put -- before it: -- --dry-run', { exitCode: 2 });
  });
}
