// Puts files into the folder argv[2], on a disk with room for the small ones only, and prints what became of each.
// A process of its own: a file size limit (storage-local-disk.spec.ts) must not reach the process that runs the tests.
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalBackend } from '../../dist/storage/backends/local/local-backend.js';
import { bytesContent } from '../../dist/storage/content.js';
import { makeKey } from '../../dist/storage/storage-key.js';

const root = process.argv[2];
const backend = new LocalBackend(root);
const keys = [];
const outcomes = [];
for (const size of [4, 400_000, 10_000]) {
  const key = makeKey('pdf', new Date('2024-05-06T00:00:00Z'));
  keys.push(key);
  const meta = { contentType: 'application/pdf', filename: 'a.pdf', tags: {} };
  outcomes.push(
    await backend
      .put(key, bytesContent(randomBytes(size)), meta)
      .catch(({ code, outage, retryable }) => ({ code, outage, retryable })),
  );
}
const stats = await Promise.all(keys.map((key) => backend.stat(key).catch(({ code }) => code)));
process.stdout.write(
  JSON.stringify({
    outcomes,
    sizes: stats.map((stat) => stat.size ?? stat),
    temporary: await readdir(join(root, '.tmp')),
  }),
);
