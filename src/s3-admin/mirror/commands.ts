import type { Command } from 'commander';
import type { Bind } from '../command-context.js';

/** `s3-admin mirror …`: names, options and help; the work is imported when a command is called. */
export function registerMirror(program: Command, _bind: Bind): void {
  program.command('mirror').description('copy every bucket of an account to disk, with proof');
}
