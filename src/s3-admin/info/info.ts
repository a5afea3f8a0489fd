import type { CommandContext } from '../command-context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';

export async function info(_context: CommandContext): Promise<ExitCode> {
  return EXIT.done;
}
