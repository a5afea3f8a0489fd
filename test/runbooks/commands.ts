import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { pythonWithMoto } from '../services/moto.js';
import { findProgram, requirePrograms } from '../services/packages.js';
import { npmFaults } from './npm-commands.js';
import type { Page, Snippet } from './pages.js';
import { code, isRoute } from './code-words.js';
import { readByBash } from './shell.js';
import { terraformFaults } from './terraform-names.js';

/** Programs of the pages, and what is wrong with a call of them; AWS's calls are asked about all at once. */
const PROGRAMS: Record<string, (words: string[], folder: string) => string[]> = {
  npm: npmFaults,
  terraform: terraformFaults,
  aws: logFaults,
  'radosgw-admin': radosgwAdminFaults,
  openssl: ([command]) => (command === 'rand' ? [] : [`openssl ${command}`]),
  curl: curlFaults,
  ...{
    cp: noOptions,
    sha256sum: noOptions,
    jq: () => [],
    grep: () => [],
    tail: () => [],
    date: () => [],
    python: () => [],
  },
};

/** What is wrong with the commands on the pages, each page read as one session of a shell in the project's root. */
export async function commandFaults(pages: Page[]): Promise<string[]> {
  await requirePrograms(['radosgw-admin'], ['ceph-common']);
  const faults: string[] = [];
  const aws: { path: string; words: string[] }[] = [];
  for (const { path, snippets } of pages) {
    const { run, complaints } = readByBash(snippets.filter(isShell).map(({ text }) => text));
    let folder = '.';
    const found = run.flatMap(([program = '', ...words]) => {
      if (program === 'cd') {
        folder = normalize(join(folder, words[0] ?? ''));
        return existsSync(folder) ? [] : [`there is no ${folder}`];
      }
      if (program === 'aws') aws.push({ path, words });
      return PROGRAMS[program]?.(words, folder) ?? [`${program} is no program that the pages may count on`];
    });
    faults.push(...[...complaints, ...found].map((fault) => `${path}: ${fault}`));
  }
  return [...faults, ...(await awsFaults(aws))];
}

/** A fence of the language sh, or a span that begins like a command and goes on. */
function isShell({ text, fence }: Snippet): boolean {
  if (fence !== undefined) return fence === 'sh';
  const [program = '', argument] = text.split(' ');
  return program in PROGRAMS && argument !== undefined;
}

async function awsFaults(calls: { path: string; words: string[] }[]): Promise<string[]> {
  const answer = execFileSync(await pythonWithMoto(), ['test/runbooks/aws_commands.py'], {
    input: JSON.stringify(calls.map(({ words }) => words)),
    encoding: 'utf8',
  });
  const faults = JSON.parse(answer) as string[][];
  return faults.flatMap((found, index) => found.map((fault) => `${calls[index]?.path}: aws ${fault}`));
}

/** What is looked for in the log must be what the service writes there. */
function logFaults(words: string[]): string[] {
  const pattern = words[words.indexOf('--filter-pattern') + 1] ?? '';
  if (!words.includes('--filter-pattern') || code.words.has(pattern.replace(/^"|"$/g, ''))) return [];
  return [`nothing logs ${pattern}`];
}

function radosgwAdminFaults(words: string[]): string[] {
  const help = execFileSync(findProgram('radosgw-admin') as string, ['--help'], { encoding: 'utf8' });
  const command = words.filter((word) => !word.startsWith('-')).join(' ');
  const options = words.filter((word) => word.startsWith('-')).map((word) => word.split('=')[0] as string);
  return [command, ...options]
    .filter((name) => !new RegExp(`^ *${name}\\b`, 'm').test(help))
    .map((name) => `radosgw-admin has no ${name}`);
}

/** A call of the service: its route must exist. */
function curlFaults(words: string[]): string[] {
  const method = words.includes('-X') ? words[words.indexOf('-X') + 1] : 'GET';
  const urls = words.filter((word) => /^(http|\$?something)/.test(word));
  return urls
    .map((url) => `${method} ${new URL(url.replace(/^something/, 'http://x')).pathname}`)
    .filter((route) => !isRoute(route))
    .map((route) => `no route ${route}`);
}

function noOptions(words: string[]): string[] {
  return words.filter((word) => word.startsWith('-')).map((word) => `${word} is not checked`);
}
