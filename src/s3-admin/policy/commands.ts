import type { Command } from 'commander';
import type { Bind } from '../command-context.js';

/** `s3-admin policy …`: names, options and help; the work is imported when a command is called. */
export function registerPolicy(program: Command, _bind: Bind): void {
  program.command('policy').description('audit, generate, compare, apply and roll back bucket policies');
}
