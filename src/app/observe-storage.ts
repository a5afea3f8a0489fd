import { Logger } from '@nestjs/common';
import { certFallbacks, s3UploadFailures, storageSeconds } from '../metrics/metrics.js';
import type { StorageObserver } from '../storage/storage-observer.js';

/** Turns what the storage tells into metrics and log lines. */
export function observeStorage(logger = new Logger('Storage')): StorageObserver {
  return {
    operation: (backend, operation, outcome, seconds) => {
      storageSeconds.observe({ backend, operation, outcome }, seconds);
      if (backend === 's3' && operation === 'put' && outcome !== 'ok') s3UploadFailures.inc();
    },
    fallback: (from, to, err) => {
      certFallbacks.inc({ from, to });
      logger.warn({ msg: `the copy in ${from} could not be read; serving the one in ${to}`, err });
    },
    owed: (key, err) =>
      logger.warn({ msg: 'stored locally; the S3 copy is owed and will be retried', key, err }),
    unsigned: (key, err) => logger.warn({ msg: 'no URL could be signed; serving the file itself', key, err }),
    circuit: (backend, state, err) => {
      if (state === 'closed') logger.log(`${backend} answers again`);
      else logger.error({ msg: `${backend} does not answer; calls to it fail at once until it does`, err });
    },
  };
}
