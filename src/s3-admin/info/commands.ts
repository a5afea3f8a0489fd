import type { Command } from 'commander';
import type { Bind } from '../command-context.js';

/** `s3-admin info`. */
export function registerInfo(program: Command, bind: Bind): void {
  program
    .command('info')
    .description('show the caller (account, user or assumed role), and every bucket with its settings')
    .action(bind(async (context) => (await import('./info.js')).info(context)));
}
