import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { otherDocuments, pagesBelow } from './pages.js';
import { alarms } from './terraform-names.js';

/** What someone who was just woken up may count on, on every page. */
const pages = pagesBelow('runbooks');
const alarmPages = pages.filter(({ path }) => path.startsWith('runbooks/alarms/'));
const taskPages = pages.filter((page) => !alarmPages.includes(page) && page.path !== 'runbooks/README.md');

/** The numbered steps of a page, each with all that is indented below it. */
function steps(text: string): string[] {
  return [...text.matchAll(/^\d+\. .*\n(?:(?: {2,}.*)?\n)*/gm)].map(([step]) => step);
}

describe('a page', () => {
  it.each(taskPages.map(({ path, text }) => [path, text]))(
    'says first whether it is the one: %s',
    (_path, text) => {
      expect(text.split('\n')[2]).toMatch(/^\*\*This is the page\*\* /);
    },
  );

  it.each(taskPages.map(({ path, text }) => [path, text]))(
    'has a check for every step: %s',
    (_path, text) => {
      const found = steps(text);
      expect(found.length).toBeGreaterThan(0);
      expect(found.filter((step) => !step.includes('**Check'))).toEqual([]);
    },
  );

  it.each(alarmPages.map(({ path, text }) => [path, text]))(
    'of an alarm: meaning, impact, diagnosis, mitigation, and how to know that it is over: %s',
    (_path, text) => {
      const parts = ['**Means:**', '**Impact:**', '**Diagnose**', '**Mitigate:**', '**Verify:**'];
      const places = parts.map((part) => text.indexOf(`\n${part}`));
      expect(places.every((place) => place > 0)).toBe(true);
      expect(places).toEqual([...places].sort((a, b) => a - b));
    },
  );

  it.each(alarmPages.map(({ path, text }) => [path, text]))(
    'of an alarm begins its diagnosis with a command: %s',
    (_path, text) => {
      const [first = ''] = steps(text.slice(text.indexOf('**Diagnose**')));
      expect(first).toContain('```sh');
    },
  );

  it('has its commands in fences of sh, and what they print in fences of text', () => {
    const others = pages.flatMap(({ path, snippets }) =>
      snippets
        .filter(({ fence }) => fence !== undefined && !['sh', 'text'].includes(fence))
        .map(({ text }) => `${path}: ${text}`),
    );
    expect(others).toEqual([]);
    const lines = pages.flatMap(({ text }) => text.match(/^ *```.*$/gm) ?? []);
    expect(lines.filter((line) => !/^ *```(?:sh|text)?$/.test(line))).toEqual([]);
  });

  it('links only to pages and headings that exist, in the other documents, too', () => {
    const links = [...pages, ...otherDocuments()].flatMap(({ path, text }) =>
      [...text.matchAll(/\]\(([^)]*)\)/g)].map(([, link = '']) => ({ path, link })),
    );
    expect(links.length).toBeGreaterThan(40);
    expect(links.filter(({ path, link }) => !leads(path, link))).toEqual([]);
  });
});

function leads(path: string, link: string): boolean {
  const [file = '', heading] = link.split('#');
  const target = file === '' ? path : normalize(join(dirname(path), file));
  if (/^https?:/.test(link)) return true;
  if (!existsSync(target)) return false;
  return heading === undefined || headings(readFileSync(target, 'utf8')).includes(heading);
}

/** As GitHub names them. */
function headings(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe('the index', () => {
  const index = readFileSync('runbooks/README.md', 'utf8');

  it('leads to every page', () => {
    const unreached = pages
      .map(({ path }) => path.replace(/^runbooks\//, ''))
      .filter((path) => path !== 'README.md' && !index.includes(`(${path})`));
    expect(unreached).toEqual([]);
  });

  it('has one page for every alarm, and none for an alarm that is gone', () => {
    const names = alarmPages.map(({ path }) => path.replace(/^.*\/|\.md$/g, ''));
    expect(names.sort()).toEqual(alarms().sort());
  });
});

it('the steps of the rollback take 15 minutes, and each has its check', () => {
  const text = readFileSync('runbooks/rollback.md', 'utf8');
  const rows = [...text.matchAll(/^\| (\d+) \| (.+?) \| ([^|]+) \|$/gm)];
  expect(rows.length).toBeGreaterThan(7);
  expect(rows.reduce((sum, [, minutes]) => sum + Number(minutes), 0)).toBeLessThanOrEqual(15);
  expect(rows.filter(([, , , check = '']) => check.trim().length < 3)).toEqual([]);
});
