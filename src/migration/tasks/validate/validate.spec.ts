import { describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import type { ObjectInfo, StorageBackend } from '../../../storage/storage-backend.js';
import { makeKey } from '../../../storage/storage-key.js';
import type { FileRow } from '../file-rows.js';
import { asItIsNow } from './as-it-is-now.js';
import { judge } from './judge.js';
import { merged } from './merged.js';
import { defaultSample, sampler } from './sample.js';

const key = makeKey('pdf', new Date('2024-05-06'));
const info = (size: number): ObjectInfo => ({ key, size, modifiedAt: new Date() });
const row = (changes: Partial<FileRow>): FileRow =>
  ({ key, size: 5, storedLocallyAt: null, migratedToS3At: null, erasedAt: null, ...changes }) as FileRow;
const codes = (entry: Omit<Parameters<typeof judge>[0], 'key' | 'certificateId' | 'size'>): string[] =>
  judge({ key, certificateId: null, size: 0, ...entry }).map(({ code }) => code);

describe('what is wrong with a key', () => {
  const now = new Date();
  it.each([
    [{ row: row({ storedLocallyAt: now, migratedToS3At: now }), local: info(5), s3: info(5) }, []],
    [{ local: info(5) }, ['local_orphan']],
    [{ s3: info(5) }, ['s3_orphan']],
    [{ row: row({ storedLocallyAt: now, migratedToS3At: now }) }, ['local_missing', 's3_missing']],
    [{ row: row({ storedLocallyAt: now }), local: info(6) }, ['local_differs']],
    [{ row: row({ storedLocallyAt: now }), local: info(5), s3: info(5) }, ['s3_unrecorded']],
    [{ row: row({}) }, ['no_copy']],
    [{ row: row({ erasedAt: now }) }, []],
  ])('%#', (entry, expected) => expect(codes(entry)).toEqual(expected));
});

it('takes nothing for an orphan that is issued while it looks', async () => {
  let issued = false;
  const query = async (sql: string) => {
    const noted = sql.includes('pending_files');
    const rows = noted !== issued ? [row({ storedLocallyAt: new Date(), migratedToS3At: new Date() })] : [];
    issued = true; // between one question and the next
    return { rows };
  };
  const store = { stat: async () => info(5) } as unknown as StorageBackend;
  const entry = { key, certificateId: null, size: 5, local: info(5), s3: info(5) };
  const now = await asItIsNow({ query } as unknown as pg.Pool, { local: store, s3: store }, entry);
  expect(judge(now)).toEqual([]);
});

it('merges three streams by key', async () => {
  async function* of<T extends { key: string }>(...keys: string[]): AsyncGenerator<T> {
    for (const key of keys) yield { key, size: 1 } as unknown as T;
  }
  const entries = [];
  for await (const { key, row, local, s3 } of merged(of('a', 'c'), of('a', 'b'), of('b', 'c', 'd'))) {
    entries.push([key, Boolean(row), Boolean(local), Boolean(s3)]);
  }
  expect(entries).toEqual([
    ['a', true, true, false],
    ['b', false, true, true],
    ['c', true, false, true],
    ['d', false, false, true],
  ]);
});

it('samples exactly as many as asked for, or all there are', () => {
  for (const [wanted, of] of [
    [10, 20],
    [0, 5],
    [7, 7],
    [9, 3],
  ] as const) {
    const pick = sampler(wanted, of);
    expect(Array.from({ length: of }, pick).filter(Boolean)).toHaveLength(Math.min(wanted, of));
  }
  expect([50, 5_000, 10_000_000].map(defaultSample)).toEqual([10, 50, 1000]);
});
