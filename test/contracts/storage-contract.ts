import { randomBytes, randomInt } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bytesContent } from '../../src/storage/content.js';
import type { StorageBackend } from '../../src/storage/storage-backend.js';
import { makeKey } from '../../src/storage/storage-key.js';
import { META, readAll, readKey, sha256 } from './storage-samples.js';

export interface StorageUnderTest {
  backend: StorageBackend;
  /** A second client of the same store, as another process would have. */
  other?: StorageBackend;
  stop?: () => Promise<void>;
}

export interface Deviations {
  /** The server ignores `If-None-Match` and overwrites. The tests of it must fail: one that passes says it was mended. */
  overwrites?: boolean;
}

/** The contract of `StorageBackend`, to be called once for every backend and every decorator. */
export function describeStorageContract(
  name: string,
  start: () => Promise<StorageUnderTest>,
  { overwrites = false }: Deviations = {},
): void {
  describe(`${name} keeps the storage contract`, () => {
    const itNeverOverwrites = overwrites ? it.failing : it;
    let store: StorageUnderTest;
    let backend: StorageBackend;
    let other: StorageBackend;

    beforeAll(async () => {
      store = await start();
      backend = store.backend;
      other = store.other ?? backend;
    }, 120_000);
    afterAll(async () => {
      await backend.close();
      if (other !== backend) await other.close();
      await store.stop?.();
    }, 120_000);

    const aKey = () => makeKey('pdf', new Date('2024-05-06T07:08:09Z'));

    describe('put', () => {
      it.each([0, 1, 65_537, 3_000_000])('stores %i bytes and gives them back', async (size) => {
        const key = aKey();
        const bytes = randomBytes(size);
        expect(await backend.put(key, bytesContent(bytes), META)).toMatchObject({ created: true });
        expect((await readKey(other, key)).equals(bytes)).toBe(true);
      });

      itNeverOverwrites('takes the same bytes again as done', async () => {
        const key = aKey();
        const content = bytesContent(randomBytes(2000));
        const first = await backend.put(key, content, META);
        const second = await other.put(key, content, META);
        expect(second.created).toBe(false);
        expect(second.etag).toBe(first.etag);
      });

      itNeverOverwrites('never overwrites: other bytes are a conflict', async () => {
        const key = aKey();
        const bytes = randomBytes(2000);
        await backend.put(key, bytesContent(bytes), META);
        for (const size of [2000, 1999, 0]) {
          const rival = bytesContent(randomBytes(size));
          await expect(other.put(key, rival, META)).rejects.toMatchObject({ code: 'conflict' });
        }
        expect((await readKey(backend, key)).equals(bytes)).toBe(true);
      });

      itNeverOverwrites('lets exactly one of many rivals win', async () => {
        const key = aKey();
        const rivals = Array.from({ length: 8 }, () => randomBytes(50_000));
        const outcomes = await Promise.allSettled(
          rivals.map((bytes, index) => (index % 2 ? other : backend).put(key, bytesContent(bytes), META)),
        );
        const winners = rivals.filter((_, index) => outcomes[index]?.status === 'fulfilled');
        expect(winners).toHaveLength(1);
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'conflict' });
        }
        expect((await readKey(backend, key)).equals(winners[0] as Buffer)).toBe(true);
      });

      itNeverOverwrites('lets many bring the same bytes at once', async () => {
        const key = aKey();
        const content = bytesContent(randomBytes(50_000));
        const results = await Promise.all(
          Array.from({ length: 8 }, (_, index) => (index % 2 ? other : backend).put(key, content, META)),
        );
        expect(results.filter(({ created }) => created).length).toBeLessThanOrEqual(1);
      });

      it.each([
        ['other bytes than promised', (bytes: Buffer) => Buffer.from(bytes).fill(7, 10, 11)],
        ['fewer bytes than promised', (bytes: Buffer) => bytes.subarray(0, -1)],
        ['more bytes than promised', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('x')])],
        ['nothing', () => Buffer.alloc(0)],
      ])('stores nothing when the content holds %s', async (_what, spoil) => {
        const key = aKey();
        const bytes = randomBytes(100_000).fill(1, 10, 11);
        const content = { ...bytesContent(bytes), open: () => Readable.from([spoil(bytes)]) };
        await expect(backend.put(key, content, META)).rejects.toMatchObject({ code: 'checksum_mismatch' });
        await expect(backend.stat(key)).rejects.toMatchObject({ code: 'not_found' });
        await expect(backend.put(key, bytesContent(bytes), META)).resolves.toMatchObject({ created: true });
      });

      it('stores nothing when the content fails while it is read', async () => {
        const key = aKey();
        const bytes = randomBytes(1000);
        async function* broken() {
          yield bytes.subarray(0, 500);
          throw new Error('source broke');
        }
        const content = { ...bytesContent(bytes), open: () => Readable.from(broken()) };
        await expect(backend.put(key, content, META)).rejects.toMatchObject({ name: 'StorageError' });
        await expect(backend.stat(key)).rejects.toMatchObject({ code: 'not_found' });
      });
    });

    describe('get', () => {
      const bytes = randomBytes(200_000);
      const key = aKey();
      beforeAll(async () => {
        await backend.put(key, bytesContent(bytes), META);
      }, 60_000);

      it('tells size, date and range of what it reads', async () => {
        const { info, range, body } = await backend.get(key);
        expect(info).toMatchObject({ key, size: bytes.length });
        expect(Math.abs(info.modifiedAt.getTime() - Date.now())).toBeLessThan(120_000);
        expect(range).toEqual({ start: 0, end: bytes.length - 1 });
        expect(sha256(await readAll(body))).toBe(sha256(bytes));
      });

      it.each([
        [0, 0],
        [0, 99],
        [100, 199_998],
        [199_999, 199_999],
        [5, 10_000_000],
        [150_000, undefined],
      ])('reads bytes %s to %s', async (start, end) => {
        const read = await backend.get(key, { range: { start, end } });
        const last = Math.min(end ?? Number.POSITIVE_INFINITY, bytes.length - 1);
        expect(read.range).toEqual({ start, end: last });
        expect(read.info.size).toBe(bytes.length);
        expect((await readAll(read.body)).equals(bytes.subarray(start, last + 1))).toBe(true);
      });

      it('reads random ranges', async () => {
        for (let round = 0; round < 10; round++) {
          const start = randomInt(bytes.length);
          const end = randomInt(start, bytes.length);
          const { body } = await backend.get(key, { range: { start, end } });
          expect((await readAll(body)).equals(bytes.subarray(start, end + 1))).toBe(true);
        }
      });

      it.each([
        [200_000, undefined],
        [200_000, 300_000],
        [-1, 10],
        [10, 9],
        [0.5, 10],
      ])('refuses bytes %s to %s', async (start, end) => {
        await expect(backend.get(key, { range: { start, end } })).rejects.toMatchObject({
          code: 'range_not_satisfiable',
        });
      });

      it('reads only the version that is asked for', async () => {
        const { etag } = await backend.stat(key);
        if (etag === undefined) return;
        const { body } = await backend.get(key, { ifMatch: etag });
        expect((await readAll(body)).length).toBe(bytes.length);
        await expect(backend.get(key, { ifMatch: 'another' })).rejects.toMatchObject({ code: 'changed' });
      });

      it('does not find what is not there', async () => {
        await expect(backend.get(aKey())).rejects.toMatchObject({ code: 'not_found' });
        await expect(backend.stat(aKey())).rejects.toMatchObject({ code: 'not_found' });
      });

      it('ends with `aborted` when the caller gives up', async () => {
        const controller = new AbortController();
        const { body } = await backend.get(key, { signal: controller.signal });
        controller.abort();
        await expect(readAll(body)).rejects.toMatchObject({ code: 'aborted' });
        await expect(backend.get(key, { signal: controller.signal })).rejects.toMatchObject({
          code: 'aborted',
        });
      });

      it('can be left unread again and again', async () => {
        for (let round = 0; round < 150; round++) {
          const { body } = await backend.get(key);
          body.destroy();
        }
        expect((await readKey(backend, key)).equals(bytes)).toBe(true);
      });
    });

    describe('stat', () => {
      it('tells what get tells', async () => {
        const key = aKey();
        const bytes = randomBytes(1234);
        await backend.put(key, bytesContent(bytes), META);
        const info = await other.stat(key);
        const read = await backend.get(key);
        read.body.destroy();
        expect(info).toMatchObject({ key, size: 1234 });
        expect(read.info.etag).toBe(info.etag);
        if (info.sha256 !== undefined) expect(info.sha256).toBe(sha256(bytes));
        expect(info.archived ?? false).toBe(false);
      });
    });

    describe('delete', () => {
      it.each(['current', 'all'] as const)(
        'removes (%s), and is content where nothing is',
        async (versions) => {
          const key = aKey();
          const bytes = randomBytes(100);
          await backend.put(key, bytesContent(bytes), META);
          await backend.delete(key, { versions });
          await expect(other.stat(key)).rejects.toMatchObject({ code: 'not_found' });
          await backend.delete(key, { versions });
          await backend.delete(aKey(), { versions });
          expect(await backend.put(key, bytesContent(randomBytes(7)), META)).toMatchObject({ created: true });
        },
      );
    });

    describe('list', () => {
      const months = ['2019-01', '2019-02', '2019-11', '2020-01'];
      const made: string[] = [];
      beforeAll(async () => {
        for (const month of months) {
          for (const format of ['pdf', 'png', 'pdf'] as const) {
            const key = makeKey(format, new Date(`${month}-15T00:00:00Z`));
            await backend.put(key, bytesContent(Buffer.from(key)), META);
            made.push(key);
          }
        }
        made.sort();
      }, 60_000);

      const keys = async (options?: { prefix?: string; after?: string }) => {
        const found: string[] = [];
        for await (const { key, size } of other.list(options)) {
          found.push(key);
          if (made.includes(key)) expect(size).toBe(key.length);
        }
        return found;
      };

      it('gives every key once, in byte order', async () => {
        const found = await keys();
        expect(found).toEqual([...new Set(found)].sort());
        expect(found.filter((key) => made.includes(key))).toEqual(made);
      });

      it.each(['pdf/', 'pdf/2019/', 'pdf/2019/1', 'images/2019/02/', 'pd', 'pdf/2018/', 'x'])(
        'keeps to the prefix %s',
        async (prefix) => {
          const found = await keys({ prefix });
          expect(found.filter((key) => made.includes(key))).toEqual(
            made.filter((key) => key.startsWith(prefix)),
          );
          expect(found.every((key) => key.startsWith(prefix))).toBe(true);
        },
      );

      it('goes on after any key', async () => {
        for (const after of [
          made[0],
          made[5],
          made.at(-1),
          'pdf/2019/02',
          'pdf/2019/02/~',
          'q',
        ] as string[]) {
          const found = await keys({ after });
          expect(found.filter((key) => made.includes(key))).toEqual(made.filter((key) => key > after));
        }
      });

      it('can be left in the middle', async () => {
        for await (const { key } of backend.list()) {
          expect(typeof key).toBe('string');
          break;
        }
      });
    });

    it('says that it can be used', async () => {
      await backend.probe();
    });
  });
}
