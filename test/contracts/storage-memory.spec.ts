import { MemoryBackend } from '../../src/storage/backends/memory-backend.js';
import { ObservedBackend } from '../../src/storage/decorators/observed-backend.js';
import { SILENT_OBSERVER } from '../../src/storage/storage-observer.js';
import { FaultyBackend } from '../doubles/faulty-backend.js';
import { describeStorageContract } from './storage-contract.js';

describeStorageContract('the memory backend', async () => ({ backend: new MemoryBackend() }));

describeStorageContract('an observed backend', async () => ({
  backend: new ObservedBackend(new MemoryBackend(), SILENT_OBSERVER),
}));

describeStorageContract('a faulty backend without faults', async () => ({
  backend: new FaultyBackend(new MemoryBackend()),
}));
