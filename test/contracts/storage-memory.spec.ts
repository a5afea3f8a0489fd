import { MemoryBackend } from '../../src/storage/backends/memory-backend.js';
import { CircuitBreaker } from '../../src/storage/decorators/circuit-breaker.js';
import { DualWriteBackend } from '../../src/storage/decorators/dual-write-backend.js';
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

describeStorageContract('a circuit breaker', async () => ({
  backend: new CircuitBreaker(new MemoryBackend(), SILENT_OBSERVER),
}));

describeStorageContract('dual-write', async () => ({
  backend: new DualWriteBackend(new MemoryBackend(), new MemoryBackend()),
}));

describeStorageContract('dual-write over a second store that takes nothing', async () => {
  const second = new FaultyBackend(new MemoryBackend());
  second.fail({ on: 'put' });
  return { backend: new DualWriteBackend(new MemoryBackend(), second) };
});
