import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { VARIABLES } from '../../src/config/variables.js';
import { registry } from '../../src/metrics/metrics.js';
import { runbookPages, sourceText } from './pages.js';

/**
 * Whatever a runbook names must exist: a renamed command, flag, variable, metric, alarm, Terraform name or file breaks
 * the build, not someone's night.
 */
const pages = runbookPages();
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const source = sourceText('src', '.ts');
const terraform = sourceText('terraform', '.tf');

/** All matches of a pattern in the pages' code, each with the page it is on. */
function named(pattern: RegExp): { path: string; name: string; line: string }[] {
  return pages.flatMap(({ path, code }) =>
    code.flatMap((line) =>
      [...line.matchAll(pattern)].map((match) => ({ path, name: match[1] ?? match[0], line })),
    ),
  );
}

function missing(found: { path: string; name: string }[], exists: (name: string) => boolean): string[] {
  return [...new Set(found.filter(({ name }) => !exists(name)).map(({ path, name }) => `${path}: ${name}`))];
}

const hasWord = (text: string, word: string) => new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(text);

describe('commands', () => {
  it('are scripts of package.json', () => {
    const used = [...named(/npm run ([\w:-]+)/g), ...named(/(?<![\w:])(\w+:certs)\b/g)];
    expect(used.length).toBeGreaterThan(20);
    expect(missing(used, (name) => name in scripts)).toEqual([]);
  });

  const calls = named(/npm run ([\w:-]+ -- [^|>#]+)/g).map(({ path, name }) => {
    const [script = '', rest = ''] = name.split(' -- ');
    const words = rest.trim().split(/\s+/);
    const flags = words.filter((word) => word.startsWith('--'));
    const end = words.findIndex((word) => !/^[a-z][a-z-]*$/.test(word));
    return { path, script, subcommand: end < 0 ? words : words.slice(0, end), flags };
  });

  it.each(
    calls.map((call) => [
      `${call.path}: ${call.script} ${call.subcommand.join(' ')} ${call.flags.join(' ')}`,
      call,
    ]),
  )('%s', (_title, { script, subcommand, flags }) => {
    const help = helpOf(script, subcommand);
    for (const flag of flags) expect(hasWord(help, flag) ? flag : help).toBe(flag);
  });

  const helps = new Map<string, string>();

  /** Help of the deepest command that the words lead to; words that are arguments lead nowhere further. */
  function helpOf(script: string, words: string[]): string {
    // The demonstration has no help; its flags are words of its code.
    if (script === 'demo') return sourceText('src/demo', '.ts');
    const [, ...argv] = (scripts[script] ?? '').split(' ');
    let path: string[] = [];
    for (const word of words) {
      if (!new RegExp(`^  ${word}\\b`, 'm').test(help(argv, path))) break;
      path = [...path, word];
    }
    // An unknown command would be taken for an argument of its parent.
    if (script === 's3-admin') expect(path.length).toBeGreaterThan(0);
    return help(argv, path);
  }

  function help(argv: string[], path: string[]): string {
    const key = [...argv, ...path].join(' ');
    const text =
      helps.get(key) ?? execFileSync(process.execPath, [...argv, ...path, '--help'], { encoding: 'utf8' });
    helps.set(key, text);
    return text;
  }
});

describe('names', () => {
  it('environment variables are the service’s, s3-admin’s or the SDK’s', () => {
    // Words of AWS or of the tools, not variables of ours; the page's placeholders have no underscore.
    const others = new Set(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'GLACIER_IR']);
    const known = (name: string) =>
      name in VARIABLES || others.has(name) || hasWord(sourceText('src/s3-admin', '.ts'), name);
    expect(missing(named(/(?<![\w-])[A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9]\b/g), known)).toEqual([]);
  });

  it('values given to variables are ones they take', () => {
    const given = named(/(?<![\w-])([A-Z][A-Z0-9_]+=[\w:-]+)/g).filter(
      ({ name }) => (name.split('=')[0] as string) in VARIABLES,
    );
    expect(given.length).toBeGreaterThan(3);
    const takes = (text: string) => {
      const [name, value] = text.split('=') as [keyof typeof VARIABLES, string];
      return VARIABLES[name].safeParse(value).success;
    };
    expect(missing(given, takes)).toEqual([]);
  });

  it('metrics are declared', () => {
    const declared = new Set(registry.getMetricsAsArray().map(({ name }) => name));
    expect(missing(named(/\bcert_[a-z_0-9]+\b/g), (name) => declared.has(name))).toEqual([]);
  });

  it('codes, fields and Terraform names stand in the code', () => {
    const found = named(/(?<![\w./-])([a-z]+(?:_[a-z0-9]+)+)(?![\w/-])/g);
    expect(found.length).toBeGreaterThan(10);
    expect(missing(found, (name) => hasWord(source, name) || hasWord(terraform, name))).toEqual([]);
  });

  it('outputs are outputs of both environments or of the one that has them', () => {
    const outputs = named(/terraform output -raw (\w+)/g);
    const environments = sourceText('terraform/environments', '.tf');
    expect(missing(outputs, (name) => environments.includes(`output "${name}"`))).toEqual([]);
  });

  it('files exist', () => {
    const files = named(/(?<![\w./-])((?:src|terraform|docs|test|runbooks)\/[\w./-]*\w)/g);
    expect(missing(files, existsSync)).toEqual([]);
  });
});

describe('pages', () => {
  it('link only to pages that exist', () => {
    const links = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map((match) => ({
        path,
        name: normalize(join(dirname(path), match[1] as string)),
      })),
    );
    expect(links.length).toBeGreaterThan(40);
    expect(missing(links, existsSync)).toEqual([]);
  });

  it('are all reached from the index', () => {
    const index = readFileSync('runbooks/README.md', 'utf8');
    const unreached = pages
      .map(({ path }) => path.replace(/^runbooks\//, ''))
      .filter((path) => !path.startsWith('alarms/') && path !== 'README.md' && !index.includes(`(${path})`));
    expect(unreached).toEqual([]);
  });

  it('there is one for every alarm, and none for an alarm that is gone', () => {
    const table = readFileSync('terraform/modules/certificate-bucket/alarm-table.tf', 'utf8');
    const alarms = [...table.matchAll(/^ {4}([a-z0-9-]+) = \{$/gm)].map((match) => match[1] as string);
    const alarmPages = pages
      .filter(({ path }) => path.startsWith('runbooks/alarms/'))
      .map(({ path }) => path.replace(/^.*\/|\.md$/g, ''));
    expect(alarmPages.sort()).toEqual([...alarms, 'monthly-budget'].sort());
  });

  it('each alarm’s page says what it means, what it does, how to find and mend it, and how to know', () => {
    for (const { path, text } of pages.filter((page) => page.path.startsWith('runbooks/alarms/'))) {
      for (const part of ['Means', 'Impact', 'Diagnose', 'Mitigate', 'Verify']) {
        expect([path, part, text.includes(`**${part}`)]).toEqual([path, part, true]);
      }
    }
  });
});
