import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { StorageMode } from '../../src/config/config.js';
import { MemoryBackend } from '../../src/storage/backends/memory-backend.js';
import { bytesContent } from '../../src/storage/content.js';
import { isStorageError } from '../../src/storage/storage.errors.js';
import { Storage, type StoredFile } from '../../src/storage/storage.js';
import { makeKey } from '../../src/storage/storage-key.js';
import { SILENT_OBSERVER, type StorageObserver } from '../../src/storage/storage-observer.js';
import { META, readAll } from '../contracts/storage-samples.js';
import { type Fault, FaultyBackend } from '../doubles/faulty-backend.js';

const MODES: StorageMode[] = ['false', 'dual', 'true'];
const bytes = randomBytes(2000);
const content = bytesContent(bytes);
const file: StoredFile = {
  key: makeKey('pdf', new Date()),
  contentType: 'application/pdf',
  size: content.size,
  sha256: content.sha256,
  storedLocallyAt: null,
  migratedToS3At: null,
  s3Etag: null,
  s3VersionId: null,
  s3OwedSince: null,
};
const key = makeKey('pdf', new Date());
const WAYS = { filename: 'x.pdf', disposition: 'attachment' } as const;

class NamedMemory extends MemoryBackend {
  constructor(override readonly name: string) {
    super();
  }
}

let local: FaultyBackend;
let s3: FaultyBackend;
let restores: string[];
let observer: { [Event in keyof StorageObserver]: jest.Mock<StorageObserver[Event]> };

beforeEach(() => {
  local = new FaultyBackend(new NamedMemory('local'));
  s3 = new FaultyBackend(new NamedMemory('s3'));
  restores = [];
  observer = {
    operation: jest.fn(),
    fallback: jest.fn(),
    owed: jest.fn(),
    unsigned: jest.fn(),
    circuit: jest.fn(),
  };
});

const storageIn = (mode: StorageMode) =>
  new Storage(
    mode,
    {
      local,
      s3,
      signer: {
        archiveAfterDays: 365,
        sign: async (key) => ({ url: `https://s3/${key}`, expiresAt: new Date(), secondsLeft: 600 }),
      },
      archive: {
        restore: async (key) => {
          restores.push(key);
          return 'requested';
        },
      },
    },
    observer,
  );

/** Which store answered, with `!` where it was not the preferred one; or the error's code. */
async function read(mode: StorageMode, row: StoredFile): Promise<string> {
  try {
    const { source, fallback, read } = await storageIn(mode).open(row);
    expect((await readAll(read.body)).equals(bytes)).toBe(true);
    return fallback ? `${source}!` : source;
  } catch (error) {
    return isStorageError(error) ? error.code : String(error);
  }
}

const DOWN: Fault = { code: 'unavailable' };
const GONE: Fault = { code: 'not_found' };
const DENIED: Fault = { code: 'access_denied' };
const BROKEN: Fault = { when: 'body' };
const CORRUPT: Fault = { when: 'corrupt' };
const ARCHIVED: Fault = { code: 'archived' };

describe('reading by mode, location and trouble', () => {
  it.each<[string, Fault | null, Fault | null, string, string, string]>([
    // row says   local is    S3 is       false          dual           true
    ['local', null, null, 'local', 'local', 'local'],
    ['local', null, DOWN, 'local', 'local', 'local'],
    ['local', DOWN, null, 'unavailable', 'unavailable', 'unavailable'],
    ['local', GONE, null, 'not_found', 'not_found', 'not_found'],
    ['local', CORRUPT, null, 'checksum_mismatch', 'checksum_mismatch', 'checksum_mismatch'],
    ['s3', null, null, 's3', 's3', 's3'],
    ['s3', DOWN, null, 's3', 's3', 's3'],
    ['s3', null, DOWN, 'unavailable', 'unavailable', 'unavailable'],
    ['s3', null, DENIED, 'access_denied', 'access_denied', 'access_denied'],
    ['s3', null, GONE, 'not_found', 'not_found', 'not_found'],
    ['s3', null, CORRUPT, 'checksum_mismatch', 'checksum_mismatch', 'checksum_mismatch'],
    ['s3', null, ARCHIVED, 'archived', 'archived', 'archived'],
    ['both', null, null, 'local', 'local', 's3'],
    ['both', DOWN, null, 's3!', 's3!', 's3'],
    ['both', GONE, null, 's3!', 's3!', 's3'],
    ['both', BROKEN, null, 's3!', 's3!', 's3'],
    ['both', CORRUPT, null, 's3!', 's3!', 's3'],
    ['both', null, DOWN, 'local', 'local', 'local!'],
    ['both', null, GONE, 'local', 'local', 'local!'],
    ['both', null, DENIED, 'local', 'local', 'local!'],
    ['both', null, BROKEN, 'local', 'local', 'local!'],
    ['both', null, CORRUPT, 'local', 'local', 'local!'],
    ['both', null, ARCHIVED, 'local', 'local', 'local!'],
    ['both', DOWN, DOWN, 'unavailable', 'unavailable', 'unavailable'],
    ['both', GONE, DOWN, 'unavailable', 'unavailable', 'unavailable'],
    ['both', CORRUPT, DOWN, 'unavailable', 'unavailable', 'unavailable'],
    ['both', GONE, GONE, 'not_found', 'not_found', 'not_found'],
    ['both', DOWN, ARCHIVED, 'archived', 'archived', 'archived'],
    ['nowhere', null, null, 'not_found', 'not_found', 'not_found'],
  ])('%s, local %j, S3 %j: %s / %s / %s', async (location, localFault, s3Fault, ...expected) => {
    const row = {
      ...file,
      storedLocallyAt: ['local', 'both'].includes(location) ? new Date() : null,
      migratedToS3At: ['s3', 'both'].includes(location) ? new Date() : null,
    };
    if (row.storedLocallyAt) await local.inner.put(row.key as typeof key, content, META);
    if (row.migratedToS3At) await s3.inner.put(row.key as typeof key, content, META);
    if (localFault) local.fail(localFault);
    if (s3Fault) s3.fail(s3Fault);
    const outcomes = [];
    for (const mode of MODES) outcomes.push(await read(mode, row));
    expect(outcomes).toEqual(expected);
    const fallbacks = expected.filter((outcome) => outcome.endsWith('!')).length;
    if (fallbacks) expect(observer.fallback).toHaveBeenCalledTimes(fallbacks);
    expect(restores).toHaveLength(expected.filter((outcome) => outcome === 'archived').length);
  });
});

describe('placing', () => {
  it.each([
    ['false', true, false],
    ['dual', true, true],
    ['true', false, true],
  ] as const)('in mode %s: local %s, S3 %s', async (mode, isLocal, isInS3) => {
    const placed = await storageIn(mode).place(key, content, META);
    expect(placed.storedLocallyAt !== null).toBe(isLocal);
    expect(placed.migratedToS3At !== null).toBe(isInS3);
    expect(placed.s3OwedSince).toBeNull();
    expect(local.calls.includes('put')).toBe(isLocal);
    expect(s3.calls.includes('put')).toBe(isInS3);
    for (const other of MODES) expect(await read(other, { ...file, ...placed, key })).toMatch(/^(local|s3)$/);
  });

  it('in mode dual, S3 failing: the copy is owed, and paid later', async () => {
    const storage = storageIn('dual');
    s3.fail({ on: 'put', code: 'unavailable' });
    const row = { ...file, key, ...(await storage.place(key, content, META)) };
    expect(row).toMatchObject({ migratedToS3At: null, s3OwedSince: expect.any(Date) });
    expect(observer.owed).toHaveBeenCalledWith(key, expect.objectContaining({ code: 'unavailable' }));
    await expect(storage.payOwed(row, META)).rejects.toMatchObject({ code: 'unavailable' });
    s3.heal();
    const paid = await storage.payOwed(row, META);
    expect(paid).toMatchObject({ migratedToS3At: expect.any(Date), s3OwedSince: null });
    expect(paid.storedLocallyAt).toBe(row.storedLocallyAt);
    expect(await storage.payOwed(row, META)).toMatchObject({ s3OwedSince: null });
    expect(await read('true', { ...row, ...paid })).toBe('s3');
  });

  it('pays nothing with a corrupt or missing local copy', async () => {
    const storage = storageIn('dual');
    s3.fail({ on: 'put', code: 'unavailable', times: 1 });
    const row = { ...file, key, ...(await storage.place(key, content, META)) };
    local.fail({ on: 'get', when: 'corrupt' });
    await expect(storage.payOwed(row, META)).rejects.toMatchObject({ code: 'checksum_mismatch' });
    local.heal();
    await local.delete(key);
    await expect(storage.payOwed(row, META)).rejects.toMatchObject({ code: 'not_found' });
    await expect(s3.stat(key)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('in mode dual, the local disk failing: nothing is placed', async () => {
    local.fail({ on: 'put', code: 'no_space' });
    await expect(storageIn('dual').place(key, content, META)).rejects.toMatchObject({ code: 'no_space' });
    expect(s3.calls).toEqual([]);
  });

  it('in mode true, S3 failing: an outage, and nothing is placed', async () => {
    s3.fail({ on: 'put', code: 'unavailable' });
    await expect(storageIn('true').place(key, content, META)).rejects.toMatchObject({ outage: true });
    expect(local.calls).toEqual([]);
    await expect(s3.stat(key)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('needs a bucket in the modes that write to S3', () => {
    for (const mode of ['dual', 'true'] as const) {
      expect(() => new Storage(mode, { local, s3: undefined }, SILENT_OBSERVER)).toThrow(
        'AWS_STORAGE_BUCKET_NAME',
      );
    }
  });
});

describe('links', () => {
  const now = new Date();
  const old = new Date(Date.now() - 400 * 86_400_000);
  const link = async (mode: StorageMode, storedLocallyAt: Date | null, migratedToS3At: Date | null) => {
    const url = await storageIn(mode).presign({ ...file, key, storedLocallyAt, migratedToS3At }, WAYS);
    return url !== null;
  };

  it('are handed out where S3 is read first and has the file', async () => {
    expect(await link('true', now, now)).toBe(true);
    expect(await link('true', null, now)).toBe(true);
    expect(await link('false', null, now)).toBe(true);
    expect(await link('dual', null, now)).toBe(true);
    expect(await link('true', now, null)).toBe(false);
    expect(await link('dual', now, now)).toBe(false);
    expect(await link('false', now, now)).toBe(false);
    expect(s3.calls).toEqual([]);
  });

  it('are not handed out while S3 is known to be down', async () => {
    const storage = storageIn('true');
    s3.fail({ code: 'unavailable' });
    await expect(storage.probe()).rejects.toMatchObject({ code: 'unavailable' });
    const inBoth = { ...file, key, storedLocallyAt: now, migratedToS3At: now };
    expect(await storage.presign(inBoth, WAYS)).toBeNull();
    const onlyThere = storage.presign({ ...inBoth, storedLocallyAt: null }, WAYS);
    await expect(onlyThere).rejects.toMatchObject({ code: 'unavailable' });
    await storage.close();
  });

  it('to files that may have been archived are checked', async () => {
    await s3.put(key, content, META);
    expect(await link('true', null, old)).toBe(true);
    expect(s3.calls).toContain('stat');
    jest.spyOn(s3, 'stat').mockResolvedValue({ key, size: 1, modifiedAt: old, archived: true });
    await expect(link('true', null, old)).rejects.toMatchObject({ code: 'archived' });
    expect(restores).toEqual([key]);
    expect(await link('true', now, old)).toBe(false);
    expect(restores).toEqual([key]);
  });

  it('that cannot be signed are reported, and the file is served otherwise', async () => {
    s3.fail({ on: 'stat', code: 'bad_credentials' });
    expect(await link('true', null, old)).toBe(false);
    expect(observer.unsigned).toHaveBeenCalledWith(key, expect.objectContaining({ code: 'bad_credentials' }));
  });
});
