import type { z } from 'zod';
import { VARIABLES, type VariableMeta } from './variables.js';

interface Documented extends VariableMeta {
  name: string;
  /** The plain default, where there is one. */
  fallback: string | undefined;
}

function documented(): Map<string, Documented[]> {
  const groups = new Map<string, Documented[]>();
  for (const [name, schema] of Object.entries(VARIABLES)) {
    const meta = schema.meta() as unknown as VariableMeta;
    // every plain default is a text or a number
    const whenUnset = (schema as z.ZodType<string | number | undefined>).safeParse(undefined).data;
    const fallback = whenUnset === undefined ? undefined : String(whenUnset);
    groups.set(meta.group, [...(groups.get(meta.group) ?? []), { ...meta, name, fallback }]);
  }
  return groups;
}

/** The text of `.env.example`. */
export function envExample(): string {
  const head = [
    '# Every variable the service reads. Copy this file to .env, or to .env.local for personal settings. The environment takes',
    '# precedence over both, and .env.local over .env. An unset variable has the default shown.',
    '# Generated from src/config/variables.ts by `npm run docs:config`.',
  ];
  const body = [...documented()].flatMap(([group, variables]) => [
    '',
    `# --- ${group} ---`,
    ...variables.flatMap(({ name, is, takes, otherwise, fallback }) => [
      '',
      `# ${plain(is)}`,
      `# takes ${takes}${otherwise ? `; unset: ${plain(otherwise)}` : ''}`,
      `#${name}=${fallback ?? ''}`,
    ]),
  ]);
  return `${[...head, ...body].join('\n')}\n`;
}

function configurationTables(): string {
  return [...documented()]
    .map(([group, variables]) =>
      [
        `### ${group}`,
        '',
        '| variable | is | takes | default |',
        '|---|---|---|---|',
        ...variables.map(({ name, is, takes, otherwise, fallback }) => {
          const unset = otherwise ?? (fallback === undefined ? 'unset' : `\`${fallback}\``);
          return `| \`${name}\` | ${is} | ${takes} | ${unset} |`;
        }),
      ].join('\n'),
    )
    .join('\n\n');
}

/** Puts the tables between the two marks of the page. */
export function withTables(page: string): string {
  return page.replace(
    /(<!-- variables -->\n)[^]*?(<!-- end of variables -->)/,
    (_all, from: string, to: string) => `${from}\n${configurationTables()}\n\n${to}`,
  );
}

function plain(markdown: string): string {
  return markdown.replaceAll('`', '');
}
