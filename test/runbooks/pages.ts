import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Page {
  /** From the project's root. */
  path: string;
  text: string;
  /** What stands in code fences and between backticks, without the rest: only there names are meant literally. */
  code: string[];
}

export function runbookPages(): Page[] {
  return markdownBelow('runbooks').map((path) => {
    const text = readFileSync(path, 'utf8');
    const fences = [...text.matchAll(/^ *```\w*\n([^]*?)^ *```/gm)].map((match) => match[1] as string);
    const rest = text.replace(/^ *```\w*\n[^]*?^ *```/gm, '');
    const spans = [...rest.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] as string);
    return { path, text, code: [...fences.flatMap((fence) => fence.split('\n')), ...spans] };
  });
}

function markdownBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))
    .sort();
}

/** Every text of one folder's sources, tests left out. */
export function sourceText(folder: string, extension: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension) && !name.includes('.spec.') && !name.startsWith('generated'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}
