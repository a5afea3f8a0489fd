import type { FileHandle } from 'node:fs/promises';
import type { ObjectRow } from '../../state/object-row.js';
import { assertSpace } from '../disk-space.js';
import type { Mirror } from '../mirror.js';
import type { Attempt } from './attempts.js';
import { asError, ContentError } from './failures.js';
import { versionToAsk } from './fetch.js';
import type { ObjectReader } from './object-reader.js';
import { PieceWriter, writeAll } from './piece-writer.js';

/** Interrupted: what is there of the object is kept for the next run. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Fetches what is missing of a partial file, and remembers each range. @param syncEach once it is on the disk */
export async function fetchRanges(
  mirror: Mirror,
  reader: ObjectReader,
  row: ObjectRow,
  name: string,
  handle: FileHandle,
  attempt: Attempt,
  syncEach: boolean,
): Promise<void> {
  const { partSize } = mirror.settings;
  const there = mirror.state.fetchedRanges.of(name, partSize);
  const starts: number[] = [];
  for (let start = 0; start < row.size; start += partSize) if (!there.has(start)) starts.push(start);
  let failure: Error | undefined;
  // The disk works while ranges come in, so that little is left for it at the end. Each range needs no sync of its own: the
  // whole file is compared, wherever its ranges came from.
  let syncing: Promise<void> | undefined;
  const sync = async (): Promise<void> => {
    try {
      await handle.datasync();
    } catch (error) {
      failure ??= asError(error);
    }
    syncing = undefined;
  };
  await Promise.all(
    Array.from({ length: Math.min(mirror.settings.concurrency, starts.length) }, async () => {
      for (;;) {
        const start = starts.shift();
        if (start === undefined || failure !== undefined) return;
        if (mirror.signal.aborted) {
          failure ??= new Interrupted();
          return;
        }
        try {
          const end = Math.min(start + partSize, row.size) - 1;
          await assertSpace(mirror, end - start);
          await attempt(() => fetchRange(reader, row, handle, [start, end]));
          if (syncEach) await handle.datasync();
          else syncing ??= sync();
          mirror.state.fetchedRanges.add(name, partSize, start);
          mirror.progress.add(0, end - start + 1);
        } catch (error) {
          failure ??= asError(error);
        }
      }
    }),
  );
  await syncing;
  if (failure !== undefined) throw failure;
}

async function fetchRange(
  reader: ObjectReader,
  row: ObjectRow,
  handle: FileHandle,
  range: [number, number],
): Promise<void> {
  const [start, end] = [range[0], range[1] + 1];
  let received = start;
  const writer = new PieceWriter((bytes, position) => writeAll(handle, bytes, position), start, end);
  await reader.get(
    { key: row.key, version: versionToAsk(row), ifMatch: row.etag, range },
    {
      start({ length, size }) {
        if (length !== range[1] - range[0] + 1 || size !== row.size) {
          throw new ContentError(
            'size_differs',
            `size_differs: asked for bytes ${range.join('-')} of ${row.size}, got ${length} of ${size}`,
          );
        }
      },
      write(chunk) {
        received += chunk.length;
        if (received > end) throw wrongLength(range, received);
        return writer.add(chunk);
      },
    },
  );
  await writer.flush();
  if (received !== end) throw wrongLength(range, received);
}

function wrongLength(range: [number, number], received: number): ContentError {
  return new ContentError('size_differs', `size_differs: bytes ${range.join('-')} ended at ${received}`);
}
