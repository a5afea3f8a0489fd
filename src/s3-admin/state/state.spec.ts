import { mkdirSync, mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import Libsql from 'libsql';
import type { ListedObject, NewObject } from './object-row.js';
import { takeRunLock } from './run-lock.js';
import { State } from './state.js';

const folder = mkdtempSync(join(tmpdir(), 'state-'));
let files = 0;
let file: string;
let state: State;
beforeEach(() => {
  file = join(folder, `${files++}.db`);
  state = State.open(file);
});
afterEach(() => state.close());
afterAll(() => rmSync(folder, { recursive: true }));

const object = (key: string, more: Partial<ListedObject> = {}): NewObject => ({
  object: {
    key,
    version: 'null',
    latest: true,
    marker: false,
    size: 10,
    modified: 1,
    etag: 'e',
    storageClass: 'STANDARD',
    ...more,
  },
  state: 'pending',
});

test('keys come back whole and in S3’s order', () => {
  const keys = ['a\0b', 'a', 'ä', '\uFFFD', '😀', '../x', "it's", 'a/'];
  state.objects.insert(
    1,
    keys.map((key) => object(key)),
  );
  const stored = state.objects.between(1, null, null).map(({ key }) => key);
  expect(stored).toEqual([...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  expect(state.objects.get(1, 'a\0b', 'null')?.key).toBe('a\0b');
  expect([state.objects.isAlsoFolder(1, 'a'), state.objects.isAlsoFolder(1, 'ä')]).toEqual([true, false]);
  expect(state.objects.keyBefore(1, 'a/')).toBe('a\0b');
});

test('tallies follow every change, and an illegal change of state is refused', () => {
  state.objects.insert(1, [object('a'), object('b', { size: 5 })]);
  const [a, b] = state.objects.between(1, null, null);
  if (!a || !b) throw new Error('not stored');
  state.objects.update(a, { state: 'copied', proof: 'md5' });
  expect(state.tallies.count(['pending'], 1)).toEqual({ files: 1, bytes: 5 });
  expect(state.tallies.count(['copied'])).toEqual({ files: 1, bytes: 10 });
  expect(() => state.objects.update(b, { state: 'deleted' })).toThrow(/illegal change/);
  expect(() => state.objects.update(b, { state: 'restoring' })).toThrow(/illegal change/);
  state.objects.remove(a);
  expect(state.tallies.of(1)).toHaveLength(1);
});

test('a walk sees every row of its states once, whatever changes under it', () => {
  state.transaction(() =>
    state.objects.insert(
      1,
      Array.from({ length: 2_500 }, (_, i) => object(`k${i}`)),
    ),
  );
  let seen = 0;
  for (const page of state.objects.walk(1, ['pending'], 400)) {
    for (const row of page) {
      seen++;
      state.objects.update(row, { state: 'copied' });
    }
  }
  expect([seen, state.tallies.count(['pending']).files]).toEqual([2_500, 0]);
  expect([...state.objects.walk(1, ['pending'])]).toEqual([]);
  expect([...state.objects.walk(2, ['pending'])]).toEqual([]);
});

test('a lock whose holder can not be written down, as on a full disk, is held all the same', () => {
  mkdirSync(`${file}-holder`);
  const release = takeRunLock(file);
  rmSync(`${file}-holder`, { recursive: true });
  // A disk without file locks answers the same.
  expect(() => takeRunLock(file)).toThrow(
    expect.objectContaining({
      message: expect.stringContaining('(process unknown)'),
      next: expect.stringContaining('if there is none: a network disk must be mounted with file locks'),
    }),
  );
  release();
});

test('one writer at a time; the lock goes with its holder', () => {
  const release = takeRunLock(file);
  expect(() => takeRunLock(file)).toThrow(
    `another command is using this mirror (process ${process.pid} on ${hostname()}, with the state file ${file}`,
  );
  release();
  takeRunLock(file)();
});

test('a second connection is opened and reads while the first writes', () => {
  state.transaction(() => {
    state.objects.insert(1, [object('a')]);
    const other = State.open(file);
    expect(other.tallies.count(['pending']).files).toBe(0);
    other.close();
  });
  const other = State.open(file);
  expect(other.tallies.count(['pending']).files).toBe(1);
  other.close();
});

test('a file of another program, a broken one, and none where one is needed are refused', () => {
  const broken = join(folder, 'broken.db');
  writeFileSync(broken, 'this is no database, it only looks like a file');
  expect(() => State.open(broken)).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(/can't be used as a state file/) as string,
      next: expect.stringContaining('move it aside and run `mirror`') as string,
    }) as Error,
  );
  const readOnly = join(folder, 'read-only.db');
  const made = new Libsql(readOnly);
  made.exec('PRAGMA journal_mode = WAL; CREATE TABLE any (one)');
  made.close();
  mkdirSync(`${readOnly}-wal`); // SQLite can't make it where the disk is read-only
  expect(() => State.open(readOnly)).toThrow(
    expect.objectContaining({
      next: expect.stringMatching(/writable.*set MIRROR_STATE_DB to a copy/),
    }) as Error,
  );
  expect(() => State.open(join(folder, 'none.db'), { mustExist: true })).toThrow(
    /state file .* does not exist/,
  );
});

test.each([0, 1])('a file of %i bytes is no record where one is needed, and is left as it is', (size) => {
  const empty = join(folder, 'empty.db');
  writeFileSync(empty, 'x'.repeat(size));
  expect(() => State.open(empty, { mustExist: true })).toThrow(
    expect.objectContaining({ code: 'bad_state', message: `${empty} is empty: no mirror is recorded in it` }),
  );
  expect(readFileSync(empty, 'utf8')).toBe('x'.repeat(size));
});

test('on a case-blind disk a spelling is taken once, folders included', () => {
  const { spellings } = state;
  expect([
    spellings.take(1, 'Dir/a'),
    spellings.take(1, 'Dir/b'),
    spellings.take(1, 'dir/c'),
    spellings.take(1, 'Dir/A'),
  ]).toEqual([true, true, false, false]);
  expect([spellings.take(1, 'ß'), spellings.take(1, 'ẞ'), spellings.take(1, 'ss')]).toEqual([
    true,
    false,
    false,
  ]);
  expect([spellings.take(1, 'é'), spellings.take(1, 'e\u0301'), spellings.take(2, 'dir')]).toEqual([
    true,
    false,
    true,
  ]);
});
