import { beforeEach, describe, expect, it } from '@jest/globals';
import { FaultyBackend } from '../../../test/doubles/faulty-backend.js';
import { MemoryBackend } from '../../storage/backends/memory-backend.js';
import { SILENT_OBSERVER } from '../../storage/storage-observer.js';
import { Storage } from '../../storage/storage.js';
import { FilePlacer } from './file-placer.js';
import type { IssueRepository, NewCertificate } from './issue.repository.js';

const rendered = { pdf: Buffer.from('a page'), png: Buffer.from('its image') };
const certificate = { verificationCode: 'a-code', tournamentId: 1, placement: 1, generatedAt: new Date() };
let notes: Set<string>;
let s3: FaultyBackend;
let placer: FilePlacer;

const place = () => placer.place(certificate as NewCertificate, rendered);

beforeEach(() => {
  notes = new Set();
  s3 = new FaultyBackend(new MemoryBackend());
  const repository = {
    notePending: async (keys: string[]) => keys.forEach((key) => notes.add(key)),
    forgetPending: async (keys: string[]) => keys.forEach((key) => notes.delete(key)),
  } as unknown as IssueRepository;
  placer = new FilePlacer(
    repository,
    new Storage('dual', { local: new MemoryBackend(), s3 }, SILENT_OBSERVER),
  );
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
