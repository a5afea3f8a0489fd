import { existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PolicyFiles } from './policy-files.js';

const inNewFolder = () => new PolicyFiles(join(mkdtempSync(join(tmpdir(), 'policies-')), 'policies'));
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));

test('kept policies come back newest first, those used no more', async () => {
  const files = inNewFolder();
  expect(await files.latest('b-1')).toBeUndefined();
  await files.keep('b-1', null, at(1));
  await files.keep('b-1', '{ "as": "it was" }', at(2));
  const last = await files.latest('b-1');
  expect(last).toMatchObject({ policy: '{ "as": "it was" }', keptAt: at(2).toISOString() });
  if (last) await files.markUsed(last);
  expect(await files.latest('b-1')).toMatchObject({ policy: null });
  expect(await files.latest('b-2')).toBeUndefined();
});

test('the policy kept last comes back first, also if the clock was set back meanwhile', async () => {
  const files = inNewFolder();
  await files.keep('b-1', 'first', at(2));
  await files.keep('b-1', 'second', at(1));
  await files.keep('b-1', 'third', at(1));
  for (const policy of ['third', 'second', 'first']) {
    const last = await files.latest('b-1');
    expect(last).toMatchObject({ policy });
    if (last) await files.markUsed(last);
  }
});

test('what a killed process left half-written is neither a policy nor a kept one', async () => {
  const files = inNewFolder();
  const { file } = await files.keep('b-1', null, at(1));
  writeFileSync(`${file}.123.new`, '{');
  writeFileSync(`${files.pathOf('b-1')}.123.new`, '{');
  expect(await files.latest('b-1')).toMatchObject({ file });
  expect(await files.buckets()).toEqual([]);
});

test('a file with other contents is put aside, never lost', async () => {
  const files = inNewFolder();
  const file = files.pathOf('b-1');
  expect(await files.write('b-1', 'one')).toBeUndefined();
  expect(await files.write('b-1', 'one')).toBeUndefined();
  expect(await files.write('b-1', 'two')).toBe(`${file}.old`);
  expect(await files.write('b-1', 'three')).toBe(`${file}.old-2`);
  const names = ['', '.old', '.old-2'];
  expect(names.map((name) => readFileSync(file + name, 'utf8'))).toEqual(['three', 'one', 'two']);
  expect(readdirSync(files.folder)).toHaveLength(3);
});

test.each(['../b', 'a/b', '..', '', '.hidden'])('%j is no bucket and leads to no file', (name) => {
  const files = inNewFolder();
  expect(() => files.pathOf(name)).toThrow(/not a bucket name/);
  expect(existsSync(files.folder)).toBe(false);
});
