import { beforeEach, describe, expect, it } from '@jest/globals';
import { META, readAll } from '../../test/contracts/storage-samples.js';
import { FaultyBackend } from '../../test/doubles/faulty-backend.js';
import { MemoryBackend } from './backends/memory-backend.js';
import { bytesContent } from './content.js';
import { makeKey } from './storage-key.js';
import { Storage } from './storage.js';
import { SILENT_OBSERVER } from './storage-observer.js';

const content = bytesContent(Buffer.from('a certificate'));
const key = makeKey('pdf', new Date());
let local: FaultyBackend;
let storage: Storage;

beforeEach(() => {
  local = new FaultyBackend(new MemoryBackend());
  storage = new Storage('false', { local, s3: undefined }, SILENT_OBSERVER);
});

const place = async () => ({
  key,
  contentType: 'application/pdf',
  size: content.size,
  sha256: content.sha256,
  ...(await storage.place(key, content, META)),
});

describe('storage with USE_S3_FOR_CERTS=false', () => {
  it('places files locally and opens them from there', async () => {
    const file = await place();
    expect(file).toMatchObject({
      storedLocallyAt: expect.any(Date),
      migratedToS3At: null,
      s3OwedSince: null,
    });
    const { source, fallback, read } = await storage.open(file);
    expect({ source, fallback }).toEqual({ source: 'local', fallback: false });
    expect((await readAll(read.body)).toString()).toBe('a certificate');
    expect(await storage.presign(file, { filename: 'x.pdf', disposition: 'inline' })).toBeNull();
  });

  it('passes an outage on, and works again after it', async () => {
    local.fail({ on: 'put', code: 'no_space', times: 1 });
    await expect(place()).rejects.toMatchObject({ code: 'no_space', outage: true });
    await expect(place()).resolves.toMatchObject({ key });
  });

  it('says what is wrong where the row points to S3 and no bucket is configured', async () => {
    const file = { ...(await place()), storedLocallyAt: null, migratedToS3At: new Date() };
    await expect(storage.open(file)).rejects.toMatchObject({
      code: 'misconfigured',
      message: expect.stringContaining('AWS_STORAGE_BUCKET_NAME'),
    });
  });

  it('finds nothing where the row knows no copy', async () => {
    const file = { ...(await place()), storedLocallyAt: null };
    await expect(storage.open(file)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('removes the file, and is content where nothing is', async () => {
    const file = await place();
    await storage.remove(key);
    await storage.remove(key);
    await expect(storage.open(file)).rejects.toMatchObject({ code: 'not_found' });
  });

  it.each(['migratedToS3At', 's3OwedSince'])(
    'forgets no copy in S3 because no bucket is configured (%s)',
    async (where) => {
      const file = { ...(await place()), [where]: new Date() };
      await expect(storage.remove(key, file)).rejects.toMatchObject({ code: 'misconfigured' });
      expect((await storage.open(file)).source).toBe('local');
    },
  );

  it('is ready when the local store is', async () => {
    await storage.probe();
    local.fail({ on: 'probe', code: 'access_denied' });
    await expect(storage.probe()).rejects.toMatchObject({ code: 'access_denied' });
  });
});
