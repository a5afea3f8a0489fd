import { existsSync, readFileSync } from 'node:fs';
import { VARIABLES } from '../../src/config/variables.js';
import { registry } from '../../src/metrics/metrics.js';
import { SETTINGS } from '../../src/s3-admin/mirror/variables.js';
import { code, isRoute } from './code-words.js';
import { commandFaults } from './commands.js';
import { optionNames } from './npm-commands.js';
import type { Page, Snippet } from './pages.js';
import { alarms, isTerraformName, isTerraformVariable } from './terraform-names.js';

/** Variables of the AWS SDK and CLI, and of the tests. */
const OTHER_VARIABLES = new Set([
  ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE', 'AWS_REGION', 'AWS_DEFAULT_REGION'],
  'AWS_ENDPOINT_URL_S3',
  'CAMPAIGN_SCALE',
  'NODE_EXTRA_CA_CERTS',
]);
/** AWS's words that look like a variable or a name of ours. */
const AWS_WORDS = new Set(['GLACIER_IR', 'USAGE_TYPE', 'varies_by_storage_class']);
/** Words of S3 and of HTTP, spelt like our alarms and controls. */
const PROTOCOL_WORDS = new Set(['x-amz-server-side-encryption']);

const metrics = new Set(registry.getMetricsAsArray().map(({ name }) => name));
const options = optionNames();
const alarmNames = new Set(alarms());
const schema = readFileSync('prisma/schema.prisma', 'utf8');
const tables = new Set([...schema.matchAll(/@@map\("(\w+)"\)/g)].map(([, name]) => name));

type Rule = [what: string, pattern: RegExp, exists: (name: string) => boolean];

/** With what Prometheus makes of a histogram taken away. */
const METRIC = /\b((?:cert|storage_operation|http_request)_[a-z_0-9]+?)(?:_count|_sum|_bucket)?\b/g;

/** Words with underscores that are neither a metric nor part of a file's name. */
const NAME =
  /(?<![\w./-])((?!(?:cert|storage_operation|http_request)_)[a-z]+(?:_[a-z0-9]+)+)(?![\w/-]|\.\w)/g;

/** What is looked for in the code on a page, and where it must exist. */
const NAMES: Rule[] = [
  ['variable', /(?<![\w-])([A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9])\b/g, isVariable],
  ['value', /(?<![\w-])([A-Z][A-Z0-9_]+=[\w:-]+)/g, isTaken],
  ['metric', METRIC, (name) => metrics.has(name)],
  ['name', NAME, isName],
  ['option', /^(--[a-z][a-z-]*)/g, (name) => options.has(name)],
  ['alarm or control', /^[a-z0-9]+(?:-[a-z0-9]+)+$/g, isAlarmOrControl],
  ['Terraform variable', /^(\w+) = .+$/g, isTerraformVariable],
  ['route', /^(?:(?:GET|POST|PUT|DELETE) )?\/[\w{}/-]{2,}$/g, isRoute],
  ['file', /(?<![\w./-])((?:src|terraform|docs|test|runbooks)\/[\w./-]*\w)/g, existsSync],
];

/** Everything on the pages that does not hold against the code, each with the page it is on. */
export async function faultsOf(pages: Page[]): Promise<string[]> {
  const found = pages.flatMap(({ path, snippets }) =>
    snippets.flatMap((snippet) => nameFaults(path, snippet)),
  );
  return [...(await commandFaults(pages)), ...new Set(found)];
}

function nameFaults(path: string, { text, fence }: Snippet): string[] {
  return (fence !== undefined ? text.split('\n') : [text]).flatMap((line) =>
    NAMES.flatMap(([what, pattern, exists]) =>
      [...line.matchAll(pattern)]
        .map((match) => match[1] ?? match[0])
        .filter((name) => !exists(name))
        .map((name) => `${path}: no ${what} ${name}`),
    ),
  );
}

function isVariable(name: string): boolean {
  return (
    name in VARIABLES ||
    name in SETTINGS ||
    code.variables.has(name) ||
    OTHER_VARIABLES.has(name) ||
    AWS_WORDS.has(name)
  );
}

/** `NAME=value`, where the name is one of ours, must be a value it takes. */
function isTaken(setting: string): boolean {
  const [name = '', value] = setting.split('=');
  return !(name in VARIABLES) || VARIABLES[name as keyof typeof VARIABLES].safeParse(value).success;
}

function isName(name: string): boolean {
  return code.words.has(name) || tables.has(name) || isTerraformName(name) || AWS_WORDS.has(name);
}

function isAlarmOrControl(name: string): boolean {
  return alarmNames.has(name) || code.words.has(name) || PROTOCOL_WORDS.has(name);
}
