import { defineConfig } from 'eslint/config';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/**
 * The arrows of docs/architecture.md: what each folder of src/ may import from the others.
 * `src/config` and a module's own folder are always allowed.
 */
const MAY_IMPORT = {
  config: [],
  cli: [],
  process: ['cli', 'logging'],
  sigv4: [],
  storage: ['sigv4', 'process'],
  metrics: [],
  logging: [],
  pages: [],
  http: ['logging', 'metrics', 'pages'],
  database: ['process'],
  queue: ['database', 'metrics'],
  auth: ['http', 'metrics'],
  certificates: ['storage', 'database', 'queue', 'auth', 'http', 'metrics', 'pages'],
  migration: ['certificates', 'storage', 'database', 'queue', 'metrics', 'cli', 'process'],
  operations: [
    'certificates',
    'migration',
    'storage',
    'database',
    'queue',
    'auth',
    'http',
    'logging',
    'metrics',
    'pages',
  ],
  cost: [],
  's3-admin': ['sigv4', 'cli', 'process'],
};
/** `app` composes them all, and only the programs import it. */
const MODULES = [...Object.keys(MAY_IMPORT), 'app'];
/** What the rest of a module must not import: workers need nothing that serves an operator. */
const ON_TOP = { migration: ['commands'] };

const arrows = Object.keys(MAY_IMPORT).map((module) => {
  const forbidden = MODULES.filter(
    (other) => other !== module && other !== 'config' && !MAY_IMPORT[module].includes(other),
  );
  return {
    files: [`src/${module}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [...forbidden, ...(ON_TOP[module] ?? [])].map((other) => ({
            regex: `^(\\.\\./)+${other}/`,
            message: `src/${module} must not import from ${other}/: see docs/architecture.md.`,
          })),
        },
      ],
    },
  };
});

export default defineConfig(
  { ignores: ['dist/**', 'coverage/**', 'src/generated/**', '*.config.js', 'scripts/**', '**/*.mjs'] },
  tseslint.configs.recommendedTypeChecked,
  {
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver()],
      'import-x/extensions': ['.ts', '.js'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      'import-x/no-cycle': 'error',
    },
  },
  ...arrows,
  {
    files: ['**/*.spec.ts', '**/*.e2e-spec.ts', 'test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
