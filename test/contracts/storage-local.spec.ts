import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalBackend } from '../../src/storage/backends/local/local-backend.js';
import { describeStorageContract } from './storage-contract.js';

describeStorageContract('the local backend', async () => {
  const root = await mkdtemp(join(tmpdir(), 'certstore-local-'));
  const media = join(root, 'not', 'yet', 'there');
  return {
    backend: new LocalBackend(media),
    other: new LocalBackend(media),
    stop: () => rm(root, { recursive: true }),
  };
});
