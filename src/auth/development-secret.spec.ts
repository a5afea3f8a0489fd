import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { developmentSecret } from './development-secret.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'certstore-secret-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('is made once, kept, and readable by its owner only', async () => {
  const data = join(folder, 'not', 'there', 'yet');
  const first = await developmentSecret(data);
  expect(first.secret.length).toBeGreaterThanOrEqual(32);
  expect(statSync(first.path).mode & 0o777).toBe(0o600);
  expect(await developmentSecret(data)).toEqual(first);
});

it('is one for all who start at once, and leaves nothing beside it', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => developmentSecret(folder)));
  expect(new Set(all.map(({ secret }) => secret)).size).toBe(1);
  expect(readdirSync(folder)).toEqual(['development-jwt-secret']);
});

it('that is too short is refused, with what to do', async () => {
  writeFileSync(join(folder, 'development-jwt-secret'), 'short\n');
  await expect(developmentSecret(folder)).rejects.toThrow(/delete it/);
});

it('that can not be read is an error, not another secret', async () => {
  mkdirSync(join(folder, 'development-jwt-secret'));
  await expect(developmentSecret(folder)).rejects.toMatchObject({ code: 'EISDIR' });
});
