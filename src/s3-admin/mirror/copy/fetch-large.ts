import { rmSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { ObjectRow } from '../../state/object-row.js';
import { comparisons } from '../content/comparisons.js';
import { proveObject } from '../content/prove-object.js';
import type { Mirror } from '../mirror.js';
import type { Attempt } from './attempts.js';
import { ContentError } from './failures.js';
import { assertSame, assertSize, type Fetched, keepModified, partSizes, versionToAsk } from './fetch.js';
import { fetchRanges } from './fetch-ranges.js';
import type { ObjectReader } from './object-reader.js';

/**
 * Fetches an object in parallel ranges into a partial file. The state file has the ranges that are there, so an
 * interrupted object continues where it was; the whole file is compared with S3's value at the end, wherever its ranges
 * came from. If it differs, all of it is fetched once more: a power cut may have undone what was written.
 */
export async function fetchLargeObject(
  mirror: Mirror,
  reader: ObjectReader,
  row: ObjectRow,
  attempt: Attempt,
): Promise<Fetched> {
  try {
    return await fetchAndCompare(mirror, reader, row, attempt);
  } catch (error) {
    if (!(error instanceof ContentError && error.code === 'content_differs')) throw error;
    mirror.progress.message(
      `[WARNING] ${JSON.stringify(row.key)}: ${error.message}; it is downloaded again from the start`,
    );
    return fetchAndCompare(mirror, reader, row, attempt);
  }
}

async function fetchAndCompare(
  mirror: Mirror,
  reader: ObjectReader,
  row: ObjectRow,
  attempt: Attempt,
): Promise<Fetched> {
  const name = mirror.work.partialName(row);
  const file = mirror.work.partialFile(name);
  const facts = await attempt(() =>
    reader.head({ key: row.key, version: versionToAsk(row), ifMatch: row.etag }),
  );
  assertSize(row, facts.size);
  // Nothing to compare at the end: then each range must be known to be on the disk.
  const syncEach = comparisons(facts).length === 0;
  const handle = await open(file, 'a').then(async (made) => {
    await made.close();
    return open(file, 'r+');
  });
  try {
    if ((await handle.stat()).size === 0) mirror.state.fetchedRanges.clear(name);
    await fetchRanges(mirror, reader, row, name, handle, attempt, syncEach);
  } finally {
    await handle.close();
  }
  await keepModified(file, row);
  try {
    const { size } = await stat(file);
    if (size !== row.size) {
      throw new ContentError(
        'content_differs',
        `content_differs: the partial file has ${size} bytes of ${row.size}`,
      );
    }
    const subject = { file, size };
    const proof = await proveObject(subject, facts, partSizes(reader, row), mirror.hasher);
    assertSame(row, proof);
    const sha256 =
      proof.outcome === 'unknown'
        ? await mirror.hasher.hash({ file, start: 0, end: size, algorithm: 'sha256' })
        : undefined;
    return { file, facts, proof, sha256, passed: undefined };
  } catch (error) {
    if (error instanceof ContentError) {
      mirror.state.fetchedRanges.clear(name);
      rmSync(file, { force: true });
    }
    throw error;
  }
}
