import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

interface Code {
  /** Codes of the API's errors, each after its status. */
  problems: Set<string>;
  /** Environment variables that are read by name. */
  variables: Set<string>;
  /** Identifiers and whole string literals; comments are none of these. */
  words: Set<string>;
  /** `GET /api/tournaments/*`, as the controllers' decorators say. */
  routes: Set<string>;
}

/** Reads the service's sources as the compiler does. */
function readCode(): Code {
  const code: Code = { problems: new Set(), variables: new Set(), words: new Set(), routes: new Set() };
  for (const name of readdirSync('src', { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || name.includes('.spec.') || name.startsWith('generated')) continue;
    const text = readFileSync(join('src', name), 'utf8');
    const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest);
    visit(source, source, code);
  }
  return code;
}

export const code = readCode();

/** Routes that no controller declares: Swagger, bull-board, and what all of the API has in common. */
const MOUNTED = new Set(['GET /api', 'GET /api/docs', 'GET /api/openapi.json', 'GET /operations/queues']);

/** `POST /api/tournaments/{id}/certificates/`; without a method it is read. */
export function isRoute(text: string): boolean {
  const [path = '', method = 'GET'] = text.split(' ').reverse();
  const route = `${method} ${comparable(path)}`;
  return code.routes.has(route) || MOUNTED.has(route);
}

function visit(node: ts.Node, source: ts.SourceFile, code: Code): void {
  if (ts.isIdentifier(node) || ts.isStringLiteralLike(node)) code.words.add(node.text);
  if (ts.isPropertyAccessExpression(node) && /(^|\.)env$/.test(node.expression.getText(source))) {
    code.variables.add(node.name.text);
  }
  if (ts.isNewExpression(node) && node.expression.getText(source) === 'Problem') {
    const [status, problem] = node.arguments ?? [];
    if (status && problem && ts.isStringLiteral(problem)) {
      code.problems.add(`${status.getText(source)} ${problem.text}`);
    }
  }
  if (ts.isClassDeclaration(node)) {
    const base = decorator(node, ['Controller']);
    for (const member of base ? node.members : []) {
      const route = decorator(member, ['Get', 'Post', 'Put', 'Delete']);
      if (route) code.routes.add(`${route.name.toUpperCase()} ${comparable(`/${base?.path}/${route.path}`)}`);
    }
  }
  ts.forEachChild(node, (child) => visit(child, source, code));
}

function decorator(node: ts.Node, names: string[]): { name: string; path: string } | undefined {
  for (const { expression } of (ts.canHaveDecorators(node) && ts.getDecorators(node)) || []) {
    if (!ts.isCallExpression(expression) || !ts.isIdentifier(expression.expression)) continue;
    const [path] = expression.arguments;
    const name = expression.expression.text;
    if (names.includes(name)) return { name, path: path && ts.isStringLiteral(path) ? path.text : '' };
  }
  return undefined;
}

/** The same for `:id`, `{id}`, `7` and what a command printed, with a slash at the end or without. */
function comparable(path: string): string {
  const parts = path.split('/').filter(Boolean);
  return `/${parts.map((part) => (/^(:\w+|\{\w+\}|\d+|\$\w+|[A-Z]+|something)$/.test(part) ? '*' : part)).join('/')}`;
}
