import { randomBytes } from 'node:crypto';
import { beforeEach, expect, jest, test } from '@jest/globals';
import { META, readAll, sha256 } from '../../../test/contracts/storage-samples.js';
import { FaultyBackend } from '../../../test/doubles/faulty-backend.js';
import { MemoryBackend } from '../../storage/backends/memory-backend.js';
import { bytesContent } from '../../storage/content.js';
import { makeKey } from '../../storage/storage-key.js';
import type { FileRow } from './file-rows.js';
import { s3Copy } from './s3-copy.js';

/** Just too large to be held in memory. */
const LARGE = 8 * 1024 * 1024 + 1;

let s3: FaultyBackend;
beforeEach(() => {
  s3 = new FaultyBackend(new MemoryBackend());
});

async function stored(bytes: Buffer, key = makeKey('pdf', new Date())): Promise<FileRow> {
  await s3.put(key, bytesContent(bytes), META);
  return { key, size: bytes.length, sha256: sha256(bytes) } as FileRow;
}

test.each([1_000, LARGE])(
  'a copy of %i bytes with one other byte is corrupt, whole it is read',
  async (size) => {
    const bytes = randomBytes(size);
    const file = await stored(bytes);
    const content = await s3Copy(s3, file);
    expect(sha256(await readAll(await content.open()))).toBe(file.sha256);
    s3.fail({ on: 'get', when: 'corrupt' });
    await expect(s3Copy(s3, file)).rejects.toMatchObject({ code: 's3_corrupt' });
  },
);

test('a large copy that is replaced after it was checked is not used', async () => {
  const file = await stored(randomBytes(LARGE));
  const content = await s3Copy(s3, file);
  await s3.delete(file.key);
  await stored(randomBytes(LARGE), file.key);
  await expect(Promise.resolve(content.open())).rejects.toMatchObject({ code: 'changed' });
});

test('a copy of another size is corrupt, and its connection is let go', async () => {
  const file = await stored(randomBytes(1_000));
  const get = jest.spyOn(s3, 'get');
  await expect(s3Copy(s3, { ...file, size: 999 })).rejects.toMatchObject({ code: 's3_corrupt' });
  const { body } = await (get.mock.results[0]?.value as ReturnType<typeof s3.get>);
  expect(body.destroyed).toBe(true);
});

test('a missing copy tells which setting names the bucket that was asked: it may be another one', async () => {
  const file = await stored(randomBytes(1_000));
  await s3.delete(file.key);
  await expect(s3Copy(s3, file)).rejects.toMatchObject({
    code: 's3_missing',
    message: expect.stringContaining('AWS_STORAGE_BUCKET_NAME'),
  });
});
