import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Page {
  /** From the project's root. */
  path: string;
  text: string;
  snippets: Snippet[];
}

/** What stands in a code fence or between backticks: only there names are meant literally. */
export interface Snippet {
  text: string;
  /** Language of the fence; undefined between backticks. */
  fence?: string;
}

/** @throws Error where the folder is missing or has no page */
export function pagesBelow(folder: string): Page[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.md'),
  );
  if (names.length === 0) throw new Error(`${folder} has no pages`);
  return names.sort().map((name) => readPage(join(folder, name), readFileSync(join(folder, name), 'utf8')));
}

/** What is documented elsewhere than in the runbooks; the changelog names what is gone, too. */
export function otherDocuments(): Page[] {
  const single = ['README.md', 'CONTRIBUTING.md', 'terraform/README.md'];
  return [...pagesBelow('docs'), ...single.map((path) => readPage(path, readFileSync(path, 'utf8')))];
}

export function readPage(path: string, text: string): Page {
  const code = /^( *)```(\w*)\n([^]*?)^ *```|`([^`\n]+)`/gm;
  const snippets = [...text.matchAll(code)].map(([, indent, fence, lines, span]) =>
    lines === undefined
      ? { text: span as string }
      : { text: lines.replace(new RegExp(`^${indent}`, 'gm'), '').trim(), fence: fence as string },
  );
  return { path, text, snippets };
}
