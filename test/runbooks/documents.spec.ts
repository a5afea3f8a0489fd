import { readdirSync, readFileSync } from 'node:fs';
import { code } from './code-words.js';

const text = readFileSync('docs/api.md', 'utf8');
const errors = text.slice(text.indexOf('## Errors'));

/** `404 unknown_code`, of the table and of the sentence below it on the pages for staff. */
function documented(): string[] {
  const rows = errors.matchAll(/^\| (\d{3}(?:, \d{3})*) \| (.+) \|$/gm);
  const sentence = errors.slice(errors.indexOf('codes of their own'));
  const pairs = [...rows, ...sentence.matchAll(/(\d{3}) ((?:`\w+`(?: and\s)?)+)/g)];
  return pairs.flatMap(([, statuses = '', codes = '']) =>
    [...codes.matchAll(/`(\w+)`/g)].flatMap(([, name]) =>
      statuses.split(', ').map((status) => `${status} ${name}`),
    ),
  );
}

it('docs/api.md has every code of an error, with its status', () => {
  const known = new Set(documented());
  expect(code.problems.size).toBeGreaterThan(20);
  expect([...code.problems].filter((problem) => !known.has(problem))).toEqual([]);
});

it('docs/api.md has no code that the service never answers', () => {
  const names = new Set([...code.problems].map((problem) => problem.split(' ')[1]));
  const others = ['errors', 'request_id'];
  const gone = documented()
    .map((problem) => problem.split(' ')[1] as string)
    .filter((name) => !names.has(name) && !others.includes(name));
  expect(gone).toEqual([]);
});

it.each([
  ['docs/architecture.md', 'src', ['generated']],
  ['CONTRIBUTING.md', 'test', []],
] as [string, string, string[]][])('%s says what every folder of %s/ is', (document, parent, generated) => {
  const words = readFileSync(document, 'utf8');
  const folders = readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !generated.includes(entry.name))
    .map(({ name }) => name);
  expect(folders.length).toBeGreaterThan(10);
  expect(folders.filter((name) => !words.includes(`\`${name}/\``))).toEqual([]);
});
