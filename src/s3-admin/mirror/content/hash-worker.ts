import { parentPort } from 'node:worker_threads';
import { type HashJob, hashFile } from './hash-file.js';

/** Runs in a worker thread: hashes what it is told, one at a time. */
parentPort?.on('message', (job: HashJob) => {
  hashFile(job).then(
    (digest) => parentPort?.postMessage({ hex: digest.toString('hex') }),
    (error: unknown) =>
      parentPort?.postMessage({
        error: (error as Error).message,
        code: (error as NodeJS.ErrnoException).code,
      }),
  );
});
