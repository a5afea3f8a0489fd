import { defineConfig } from 'prisma/config';

// `prisma generate` only reads the schema, but insists that an engine file exists; any file will do.
// For the other commands the variable must stay unset: with a false engine `migrate deploy` exits 0 and applies nothing.
if (process.argv.includes('generate')) process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath;

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env['DATABASE_URL'] ?? 'postgresql://localhost/certstore' },
});
