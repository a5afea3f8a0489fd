import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { MemoryBackend } from './backends/memory-backend.js';
import { bytesContent } from './content.js';
import { makeKey } from './storage-key.js';
import type { StoredFile } from './stored-file.js';
import { CHECKED_FIRST_LIMIT, verifiedRead } from './verified-read.js';

/** A stored file, and its row; `recorded` are the bytes that the row believes in. */
async function stored(
  bytes: Buffer,
  recorded = bytes,
): Promise<{ backend: MemoryBackend; file: StoredFile }> {
  const backend = new MemoryBackend();
  const key = makeKey('pdf', new Date());
  await backend.put(key, bytesContent(bytes));
  const file = {
    key,
    contentType: 'application/pdf',
    size: recorded.length,
    sha256: createHash('sha256').update(recorded).digest('hex'),
    storedLocallyAt: new Date(),
    migratedToS3At: null,
    s3Etag: null,
    s3VersionId: null,
    s3OwedSince: null,
  };
  return { backend, file };
}

const flipped = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
};

describe('verifiedRead', () => {
  it.each([1, 1000, CHECKED_FIRST_LIMIT, CHECKED_FIRST_LIMIT + 1, 5 * CHECKED_FIRST_LIMIT])(
    'reads %d right bytes, whole and in part',
    async (size) => {
      const bytes = randomBytes(size);
      const { backend, file } = await stored(bytes);
      const whole = await verifiedRead(backend, file);
      expect((await buffer(whole.body)).equals(bytes)).toBe(true);
      const part = await verifiedRead(backend, file, { range: { start: size - 1 } });
      expect([...(await buffer(part.body))]).toEqual([bytes[size - 1]]);
    },
  );

  it('refuses a small damaged copy before the first byte, also for a range that is intact', async () => {
    const bytes = randomBytes(1000);
    for (const recorded of [flipped(bytes, 999), bytes.subarray(0, 999), Buffer.concat([bytes, bytes])]) {
      const { backend, file } = await stored(bytes, recorded);
      const refusal = expect.objectContaining({ code: 'checksum_mismatch' });
      await expect(verifiedRead(backend, file)).rejects.toEqual(refusal);
      await expect(verifiedRead(backend, file, { range: { start: 0, end: 9 } })).rejects.toEqual(refusal);
    }
  });

  it('lets go of the connection to a copy of another size', async () => {
    const { backend, file } = await stored(randomBytes(1000), randomBytes(999));
    const get = jest.spyOn(backend, 'get');
    await expect(verifiedRead(backend, file)).rejects.toMatchObject({ code: 'checksum_mismatch' });
    expect((await (get.mock.results[0]?.value as ReturnType<typeof backend.get>)).body.destroyed).toBe(true);
  });

  it('ends a large damaged copy with an error before its last piece', async () => {
    const bytes = randomBytes(3 * CHECKED_FIRST_LIMIT);
    const { backend, file } = await stored(bytes, flipped(bytes, 0));
    const { body } = await verifiedRead(backend, file);
    let received = 0;
    const reading = (async () => {
      for await (const chunk of body) received += (chunk as Buffer).length;
    })();
    await expect(reading).rejects.toMatchObject({ code: 'checksum_mismatch' });
    expect(received).toBeLessThan(bytes.length);
  });
});
