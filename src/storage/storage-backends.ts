import type { StorageConfig } from '../config/config.js';
import { LocalBackend } from './backends/local/local-backend.js';
import { S3Backend } from './backends/s3/s3-backend.js';
import { ObservedBackend } from './decorators/observed-backend.js';
import type { StorageBackend } from './storage-backend.js';
import type { StorageObserver } from './storage-observer.js';

/** The stores of this process, by the configuration. */
export interface StorageBackends {
  local: StorageBackend;
  /** Undefined where no bucket is configured. */
  s3: StorageBackend | undefined;
}

export function createBackends(config: StorageConfig, observer: StorageObserver): StorageBackends {
  return {
    local: new ObservedBackend(new LocalBackend(config.mediaRoot), observer),
    s3: config.s3 && new ObservedBackend(new S3Backend(config.s3), observer),
  };
}
