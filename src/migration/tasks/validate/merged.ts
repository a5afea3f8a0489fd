import type { ObjectInfo } from '../../../storage/storage-backend.js';
import type { Item } from '../../engine/task.js';
import type { FileRow } from '../file-rows.js';

/** A key with all that is known of it: its row, the file on disk, the object in S3. */
export interface Entry extends Item {
  row?: FileRow | undefined;
  local?: ObjectInfo | undefined;
  s3?: ObjectInfo | undefined;
}

/** Merges three streams, each in byte order of the keys, holding one element of each. Any error of a stream ends it. */
export async function* merged(
  rows: AsyncIterable<FileRow>,
  local: AsyncIterable<ObjectInfo>,
  s3: AsyncIterable<ObjectInfo>,
): AsyncGenerator<Entry, void> {
  const sources = [rows, local, s3].map((stream) => stream[Symbol.asyncIterator]());
  const next = async (source: AsyncIterator<{ key: string }> | undefined): Promise<unknown> => {
    const result = await source?.next();
    return result?.done ? undefined : result?.value;
  };
  try {
    const heads = await Promise.all(sources.map(next));
    for (;;) {
      const keys = heads.flatMap((head) => (head ? [(head as { key: string }).key] : []));
      if (keys.length === 0) return;
      const key = keys.reduce((least, one) => (one < least ? one : least));
      const [row, onDisk, inS3] = heads.map((head) =>
        (head as { key: string } | undefined)?.key === key ? head : undefined,
      ) as [FileRow | undefined, ObjectInfo | undefined, ObjectInfo | undefined];
      yield {
        key,
        certificateId: row?.certificateId ?? null,
        size: row?.size ?? onDisk?.size ?? inS3?.size ?? 0,
        row,
        local: onDisk,
        s3: inS3,
      };
      await Promise.all(
        [row, onDisk, inS3].map(async (head, at) => {
          if (head) heads[at] = await next(sources[at]);
        }),
      );
    }
  } finally {
    for (const source of sources) await source.return?.();
  }
}
