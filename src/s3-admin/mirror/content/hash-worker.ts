import { parentPort } from 'node:worker_threads';
import { type HashJob, hashRanges } from './hash-file.js';

/** Runs in a worker thread: hashes one job at a time. */
parentPort?.on('message', (job: HashJob) => {
  hashRanges(job).then(
    (digests) => parentPort?.postMessage({ digests }),
    (error: unknown) =>
      parentPort?.postMessage({
        error: (error as Error).message,
        code: (error as NodeJS.ErrnoException).code,
      }),
  );
});
