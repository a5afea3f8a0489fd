import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import type { Command, CommanderError } from 'commander';
import { demoOptions } from '../../src/demo/options.js';
import { operatorCommands } from '../../src/app/operator-commands.js';
import { EXIT } from '../../src/s3-admin/exit-codes.js';
import { s3AdminCommands } from '../../src/s3-admin/program.js';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

/** What reads the arguments of each program that scripts start. */
const READERS: Record<string, (args: string[]) => unknown> = {
  'dist/cli.js': (args) => parse(operatorCommands(), args),
  'dist/s3-admin/cli.js': (args) => parse(s3Admin(), args),
  'dist/demo/demo.js': demoOptions,
};

/** What is wrong with `npm …`: the command itself, its script, an option, a missing or surplus argument. */
export function npmFaults([verb = '', ...words]: string[]): string[] {
  if (['install', 'install --include=dev', 'start', 'test'].includes([verb, ...words].join(' '))) return [];
  const silent = words[0] === '--silent';
  const [name = '', separator, ...args] = silent ? words.slice(1) : words;
  if (args.includes('--json') && !silent) return ['npm prints two lines before the JSON: add --silent'];
  const script = scripts[name];
  if (verb !== 'run' || script === undefined) return [`package.json has no ${[verb, name].join(' ')}`];
  if (separator === undefined) args.length = 0;
  else if (separator !== '--') return [`npm takes ${separator} for its own: put -- before it`];
  const [, program = '', own = ''] = /^(?:exec )?node (?:--\S+ )+(dist\/\S+\.js)(.*)$/.exec(script) ?? [];
  const read = READERS[program];
  if (!read) return args.length === 0 ? [] : [`${name}: nothing reads ${args.join(' ')}`];
  try {
    read([...own.trim().split(' ').filter(Boolean), ...args]);
    return [];
  } catch (error) {
    return [`npm run ${name}: ${(error as Error).message}`];
  }
}

/** Every option of every command, as `--json`. */
export function optionNames(): Set<string> {
  const of = (command: Command): string[] => [
    ...command.options.flatMap(({ long }) => long ?? []),
    ...command.commands.flatMap(of),
  ];
  return new Set([...of(operatorCommands()), ...of(s3Admin()), '--exit', '--s3', '--help']);
}

function s3Admin(): Command {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const { signal } = new AbortController();
  return s3AdminCommands({ env: {}, stdin, stdout, stderr, signal }, { code: EXIT.done });
}

/** By the program's own definitions, stopped before its work. @throws CommanderError */
function parse(program: Command, args: string[]): void {
  const stop = new Error('understood');
  quiet(program);
  program.hook('preAction', () => {
    throw stop;
  });
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (error !== stop && (error as CommanderError).exitCode !== 0) throw error;
  }
}

function quiet(command: Command): void {
  command.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  command.commands.forEach(quiet);
}
