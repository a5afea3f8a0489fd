import { Command, CommanderError, Help } from 'commander';
import { demandValues } from '../cli/demand-values.js';
import { refusal } from '../cli/refusal.js';
import { refuseNpmsDryRun } from '../cli/refuse-npms-dry-run.js';
import { describeError } from './describe-error.js';
import type { Bind, CommandIo } from './command-context.js';
import { ENVIRONMENT_HELP } from './environment-help.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { registerInfo } from './info/commands.js';
import { registerMirror } from './mirror/commands.js';
import { Output } from './output.js';
import { registerPolicy } from './policy/commands.js';

/** Runs one command line and returns its exit code; never throws. */
export async function run(argv: string[], io: CommandIo): Promise<ExitCode> {
  const outcome: { code: ExitCode } = { code: EXIT.done };
  try {
    await s3AdminCommands(io, outcome).parseAsync(argv, { from: 'user' });
  } catch (error) {
    const json = argv.includes('--json');
    if (error instanceof CommanderError) return badUsage(error, io, json);
    if (!io.signal.aborted) reportError(error, io, json);
    else reportInterrupted(io, argv);
    outcome.code = EXIT.none;
  }
  return io.signal.aborted ? EXIT.interrupted : outcome.code;
}

/**
 * The files named `commands.ts` hold only names, options and help: each imports its work when it is called, so `--help`
 * does not load the AWS SDK.
 */
export function s3AdminCommands(io: CommandIo, outcome: { code: ExitCode }): Command {
  const program = new Command('s3-admin')
    .configureHelp({
      commandUsage: (command) => `npm run ${new Help().commandUsage(command).replace(' ', ' -- ')}`,
    })
    .description('Mirrors whole accounts to disk, proves each copy, and hardens bucket policies.')
    .option('--json', 'one JSON document on stdout; progress and messages stay on stderr')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    })
    .showHelpAfterError('(--help shows the usage)')
    .addHelpText('afterAll', ENVIRONMENT_HELP);
  const bind: Bind = (action) => {
    return async (...args) => {
      const out = new Output(io.stdout, io.stderr, program.opts<{ json?: boolean }>().json === true);
      // Commander hands over the arguments, the options, and last the command itself.
      outcome.code = await action({ ...io, out }, ...(args.slice(0, -1) as never));
    };
  };
  registerInfo(program, bind);
  registerPolicy(program, bind);
  registerMirror(program, bind);
  demandValues(program);
  refuseNpmsDryRun(program, io.env);
  return program;
}

/** Commander has printed it, unless help was what was asked for. */
function badUsage({ exitCode, message }: CommanderError, io: CommandIo, json: boolean): ExitCode {
  if (exitCode === 0) return EXIT.done;
  if (json) io.stdout.write(refusal('bad_usage', message));
  return EXIT.none;
}

function reportError(error: unknown, io: CommandIo, json: boolean): void {
  const { code, message, next } = describeError(error);
  io.stderr.write(`error: ${message}\n${next ? `  next: ${next}\n` : ''}`);
  const level = io.env.LOG_LEVEL;
  if ((level === 'debug' || level === 'trace') && error instanceof Error) io.stderr.write(`${error.stack}\n`);
  if (json) io.stdout.write(refusal(code, message, next));
}

/** For a command that Ctrl-C ended before it had a result. */
export function reportInterrupted(io: Pick<CommandIo, 'stdout' | 'stderr'>, argv: string[]): void {
  io.stderr.write('interrupted before there was a result; run it again\n');
  if (!argv.includes('--json')) return;
  io.stdout.write(refusal('interrupted', 'interrupted', 'run it again'));
}
