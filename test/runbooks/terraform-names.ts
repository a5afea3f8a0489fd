import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { terraformProgram } from '../terraform/terraform.js';

const ENVIRONMENTS = ['production', 'staging'];
const MODULES = 'terraform/modules';

/** Names declared in the folder's files: blocks by kind (`output`, `variable`, …) and what is set in them. */
function declared(folder: string): { blocks: Map<string, Set<string>>; words: Set<string> } {
  const blocks = new Map<string, Set<string>>();
  const words = new Set<string>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.tf'))) {
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [, kind = '', labels = ''] of text.matchAll(/^ *(\w+)((?: "[\w-]+")+) \{/gm)) {
      const name = [...labels.matchAll(/"([\w-]+)"/g)].map(([, label]) => label).join('.');
      blocks.set(kind, (blocks.get(kind) ?? new Set()).add(name));
      for (const word of name.split('.')) words.add(word);
    }
    for (const [, word = ''] of text.matchAll(/^ *([\w-]+)(?: +=| \{)/gm)) words.add(word);
  }
  return { blocks, words };
}

const environments = new Map(ENVIRONMENTS.map((name) => [name, declared(`terraform/environments/${name}`)]));
const modules = readdirSync(MODULES).map((name) => declared(join(MODULES, name)));

/** Whether Terraform declares or sets something of that name. */
export function isTerraformName(name: string): boolean {
  return [...environments.values(), ...modules].some(({ words }) => words.has(name));
}

/** Whether it is a variable of a module or of an environment. */
export function isTerraformVariable(name: string): boolean {
  return [...environments.values(), ...modules].some(({ blocks }) => blocks.get('variable')?.has(name));
}

/** Names of the alarms, which are those of their pages: the keys of the table, and the budget. */
export function alarms(): string[] {
  const table = readFileSync(join(MODULES, 'certificate-bucket/alarm-table.tf'), 'utf8');
  const keys = [...table.matchAll(/^ {4}([a-z0-9-]+) = \{$/gm)].map((match) => match[1] as string);
  const budget = readFileSync(join(MODULES, 'certificate-bucket/budget.tf'), 'utf8');
  return [...keys, /name += "\$\{var\.name\}-([a-z-]+)"/.exec(budget)?.[1] as string];
}

/**
 * What is wrong with `terraform …`: an option its help does not know, a folder that is not there, an output or address
 * that the environment does not have.
 * @param folder where it runs, from the project's root
 */
export function terraformFaults(words: string[], folder: string): string[] {
  const chdir = /^-chdir=(.*)$/.exec(words[0] ?? '')?.[1];
  const where = chdir ?? folder;
  const [verb = '', ...rest] = chdir === undefined ? words : words.slice(1);
  if (chdir !== undefined && !existsSync(chdir)) return [`there is no ${chdir}`];
  const environment = /^terraform\/environments\/(\w+)$/.exec(where)?.[1];
  const nested = ['state', 'providers'].includes(verb) && rest[0] ? [verb, rest.shift() as string] : [verb];
  const help = helpOf(nested);
  const flags = rest.filter((word) => word.startsWith('-')).map((word) => word.split('=')[0] as string);
  const names = rest.filter((word) => !word.startsWith('-'));
  return [
    // Elsewhere there is no configuration, which only this verb takes for success.
    ...(verb === 'destroy' && !environment
      ? ['terraform destroy without -chdir finds nothing to destroy, exit code 0']
      : []),
    ...flags
      .filter((flag) => !help.includes(flag))
      .map((flag) => `terraform ${nested.join(' ')} has no ${flag}`),
    ...(verb === 'output' ? names.flatMap((name) => outputFaults(name, environment)) : []),
    ...(nested.join(' ') === 'state rm'
      ? names.filter((name) => !isAddress(name)).map((name) => `no ${name}`)
      : []),
  ];
}

/** Where the page does not say which environment, every one must have it. */
function outputFaults(name: string, environment: string | undefined): string[] {
  return (environment ? [environment] : ENVIRONMENTS)
    .filter((one) => !environments.get(one)?.blocks.get('output')?.has(name))
    .map((one) => `terraform/environments/${one} has no output ${name}`);
}

/** `module.certificates.terraform_data.bucket_guard[0]` */
function isAddress(text: string): boolean {
  const name = text.replace(/^module\.\w+\./, '').replace(/\[.*\]$/, '');
  return modules.some(({ blocks }) => blocks.get('resource')?.has(name));
}

const helps = new Map<string, string[]>();

/** The options of a subcommand. @throws Error where Terraform has no such subcommand */
function helpOf(command: string[]): string[] {
  const key = command.join(' ');
  const known = helps.get(key);
  if (known) return known;
  const text = execFileSync(terraformProgram(), [...command, '-help'], {
    encoding: 'utf8',
    env: { ...process.env, TF_CLI_CONFIG_FILE: '/dev/null', CHECKPOINT_DISABLE: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const options = [...text.matchAll(/^ +(-[\w-]+)/gm)].map((match) => match[1] as string);
  helps.set(key, options);
  return options;
}
