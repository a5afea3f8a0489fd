import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FaultyBackend } from '../../../test/doubles/faulty-backend.js';
import type { StorageMode } from '../../config/config.js';
import { MemoryBackend } from '../../storage/backends/memory-backend.js';
import { SILENT_OBSERVER } from '../../storage/storage-observer.js';
import { Storage } from '../../storage/storage.js';
import { FilePlacer } from './file-placer.js';
import type { IssueRepository, NewCertificate } from './issue.repository.js';

const rendered = { pdf: Buffer.from('a page'), png: Buffer.from('its image') };
const certificate = { verificationCode: 'a-code', tournamentId: 1, placement: 1, generatedAt: new Date() };
let notes: Set<string>;
let repository: IssueRepository;
let s3: FaultyBackend;
let placer: FilePlacer;

const placerIn = (mode: StorageMode) =>
  new FilePlacer(repository, new Storage(mode, { local: new MemoryBackend(), s3 }, SILENT_OBSERVER));
const place = () => placer.place(certificate as NewCertificate, rendered);

beforeEach(() => {
  notes = new Set();
  s3 = new FaultyBackend(new MemoryBackend());
  repository = {
    notePending: async (keys: string[]) => keys.forEach((key) => notes.add(key)),
    forgetPending: async (keys: string[]) => keys.forEach((key) => notes.delete(key)),
  } as unknown as IssueRepository;
  placer = placerIn('dual');
});

describe('the notes of files that are discarded', () => {
  it('go with the files', async () => {
    await placer.discard(await place());
    expect([...notes]).toEqual([]);
  });

  it('stay where S3 never answered the write: it may land after the removal', async () => {
    s3.fail({ on: 'put', code: 'timeout', times: 1 });
    const files = await place();
    await placer.discard(files);
    expect([...notes].sort()).toEqual(files.map(({ key }) => key).sort());
  });
});

it('refuses without waiting for the removal of what a store in trouble may hold', async () => {
  placer = placerIn('true');
  s3.fail({ on: 'put', code: 'timeout' });
  const removal = jest.spyOn(s3, 'delete').mockReturnValue(new Promise(() => undefined));
  await expect(place()).rejects.toMatchObject({ status: 503 });
  expect(removal).toHaveBeenCalled();
  expect(notes.size).toBe(2);
});
