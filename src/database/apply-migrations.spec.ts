import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { services, temporaryFolder } from '../../test/services/index.js';
import { applyMigrations } from './apply-migrations.js';

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function folderOf(migrations: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [name, sql] of Object.entries(migrations)) {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'migration.sql'), sql);
  }
  return folder;
}

it('applies each migration once, recorded as Prisma Migrate records it', async () => {
  const url = await services.postgres();
  const names = await applyMigrations(url);
  expect(names[0]).toBe('20261123000000_first');
  expect(await applyMigrations(url)).toEqual([]);

  const rows = await query(url, 'SELECT * FROM _prisma_migrations ORDER BY migration_name');
  expect(rows.map((row) => row['migration_name'])).toEqual(names);
  const sql = readFileSync(`prisma/migrations/${names[0]}/migration.sql`);
  expect(rows[0]).toMatchObject({
    checksum: createHash('sha256').update(sql).digest('hex'),
    applied_steps_count: 1,
    logs: null,
    rolled_back_at: null,
    finished_at: expect.any(Date),
  });
});

it('may run in several processes at once', async () => {
  const url = await services.postgres();
  const applied = await Promise.all([1, 2, 3, 4].map(() => applyMigrations(url)));
  expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
});

it('leaves nothing of a migration that fails, and goes on once it is mended', async () => {
  const url = await services.postgres();
  const broken = folderOf({
    '1_good': 'CREATE TABLE good (id int);',
    '2_bad': 'CREATE TABLE half (id int); SELECT 1 / 0;',
  });
  await expect(applyMigrations(url, broken)).rejects.toThrow(/Migration 2_bad failed.*division by zero/);
  expect(await query(url, `SELECT to_regclass('good') AS good, to_regclass('half') AS half`)).toEqual([
    { good: 'good', half: null },
  ]);
  writeFileSync(join(broken, '2_bad/migration.sql'), 'CREATE TABLE whole (id int);');
  expect(await applyMigrations(url, broken)).toEqual(['2_bad']);
});

it('refuses where another tool left a migration unfinished, and says how to go on', async () => {
  const url = await services.postgres();
  const folder = folderOf({ '1_a': 'CREATE TABLE a (id int);' });
  await applyMigrations(url, folder);
  await query(url, 'UPDATE _prisma_migrations SET finished_at = NULL');
  await expect(applyMigrations(url, folder)).rejects.toThrow('prisma migrate resolve --applied 1_a');
});

it('warns of a migration that was changed after it was applied', async () => {
  const url = await services.postgres();
  const folder = folderOf({ '1_a': 'CREATE TABLE a (id int);' });
  await applyMigrations(url, folder);
  const changed = temporaryFolder();
  cpSync(folder, changed, { recursive: true });
  writeFileSync(join(changed, '1_a/migration.sql'), '-- changed');
  const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  expect(await applyMigrations(url, changed)).toEqual([]);
  expect(warned).toHaveBeenCalledWith(expect.stringContaining('1_a was changed'));
  warned.mockRestore();
});
