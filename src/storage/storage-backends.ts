import type { StorageConfig } from '../config/config.js';
import type { Archive } from './archive.js';
import { LocalBackend } from './backends/local/local-backend.js';
import { S3UrlSigner } from './backends/s3/presign/url-signer.js';
import { S3Backend } from './backends/s3/s3-backend.js';
import { ObservedBackend } from './decorators/observed-backend.js';
import type { StorageBackend } from './storage-backend.js';
import type { StorageObserver } from './storage-observer.js';
import type { UrlSigner } from './url-signer.js';

/** The stores of this process, as configured. */
export interface StorageBackends {
  local: StorageBackend;
  /** Undefined if no bucket is configured. */
  s3: StorageBackend | undefined;
  /** What S3 can do beyond the contract; set if `s3` is. */
  signer?: UrlSigner | undefined;
  archive?: Archive | undefined;
}

export function createBackends(config: StorageConfig, observer: StorageObserver): StorageBackends {
  const local = new ObservedBackend(new LocalBackend(config.mediaRoot), observer);
  if (!config.s3) return { local, s3: undefined };
  const s3 = new S3Backend(config.s3);
  return {
    local,
    s3: new ObservedBackend(s3, observer),
    signer: new S3UrlSigner(s3.connection),
    archive: s3,
  };
}
