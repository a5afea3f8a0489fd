import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { META } from '../../../test/contracts/storage-samples.js';
import { bytesContent, wholeOf } from '../../storage/content.js';
import { LocalBackend } from '../../storage/backends/local/local-backend.js';
import type { Content } from '../../storage/storage-backend.js';
import { makeKey } from '../../storage/storage-key.js';
import type { FileRow } from './file-rows.js';
import { withLocalCopy } from './local-copy.js';

let folder: string;
let local: LocalBackend;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'certstore-'));
  local = new LocalBackend(join(folder, 'media'));
});
afterAll(() => rm(folder, { recursive: true }));

async function stored(text: string): Promise<FileRow> {
  const key = makeKey('pdf', new Date());
  const content = bytesContent(Buffer.from(text));
  await local.put(key, content, META);
  return { key, size: content.size, sha256: content.sha256 } as FileRow;
}

async function bytesOf(content: Content): Promise<Buffer> {
  return wholeOf(await content.open());
}

test('files one after the other are read into the same memory', async () => {
  const [first, second] = [await stored('the first'), await stored('the second')];
  const bytes = await withLocalCopy(local, first, bytesOf);
  expect(bytes.toString()).toBe('the first');
  const next = await withLocalCopy(local, second, bytesOf);
  expect(next.toString()).toBe('the second');
  expect(next.buffer).toBe(bytes.buffer);
});

test('files at the same time each have memory of their own', async () => {
  const texts = Array.from({ length: 40 }, () => `content ${randomUUID()}`);
  const files = await Promise.all(texts.map(stored));
  const read = files.map((file) =>
    withLocalCopy(local, file, async (content) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
      return (await bytesOf(content)).toString();
    }),
  );
  expect(await Promise.all(read)).toEqual(texts);
});

test('a file that is not there leaves the memory to the next one', async () => {
  const there = await stored('is there');
  const bytes = await withLocalCopy(local, there, bytesOf);
  const missing = { ...there, key: makeKey('pdf', new Date()) };
  await expect(withLocalCopy(local, missing, bytesOf)).rejects.toThrow('no local file');
  expect((await withLocalCopy(local, there, bytesOf)).buffer).toBe(bytes.buffer);
});

test('what a failed request may still be sending is not written over', async () => {
  const [first, second] = [await stored('sent slowly'), await stored('another file')];
  let sending: Buffer | undefined;
  const failed = withLocalCopy(local, first, async (content) => {
    sending = await bytesOf(content);
    throw new Error('timed out');
  });
  await expect(failed).rejects.toThrow('timed out');
  await withLocalCopy(local, second, bytesOf);
  expect(sending?.toString()).toBe('sent slowly');
});

test('a file too large to be held is read whole, too, before it counts as the right one', async () => {
  const large = await stored('x'.repeat(8 * 1024 * 1024 + 1));
  expect(await withLocalCopy(local, large, async ({ size }) => size)).toBe(large.size);
  const other = { ...large, sha256: '0'.repeat(64) };
  await expect(withLocalCopy(local, other, bytesOf)).rejects.toMatchObject({ code: 'local_corrupt' });
});

test('a large file that is changed between its two reads is read anew, which then says what it is', async () => {
  const large = await stored('x'.repeat(8 * 1024 * 1024 + 1));
  const read = withLocalCopy(local, large, async (content) => {
    await truncate(join(folder, 'media', large.key), 5);
    return bytesOf(content);
  });
  await expect(read).rejects.toMatchObject({ code: 'changed', retryable: true });
  await expect(withLocalCopy(local, large, bytesOf)).rejects.toMatchObject({ code: 'local_corrupt' });
});
