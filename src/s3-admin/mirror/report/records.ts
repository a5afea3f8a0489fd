import { createWriteStream } from 'node:fs';
import { realpath, rename, rm, stat } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BucketRow } from '../../state/buckets.js';
import { OBJECT_STATES } from '../../state/object-states.js';
import type { ObjectRow } from '../../state/object-row.js';
import type { State } from '../../state/state.js';
import { ToolError } from '../../tool-error.js';
import { Names } from '../names/names.js';

/** The record of every object, one JSON document per line. */
export class Records {
  written = 0;
  private readonly names: Names;

  constructor(
    private readonly state: State,
    private readonly buckets: BucketRow[],
    private readonly signal: AbortSignal,
  ) {
    this.names = new Names(state, { portable: state.metadata.get('names') === 'portable' });
  }

  /**
   * An existing record is kept until the new one is complete.
   * @throws ToolError `bad_export`, and what the signal was aborted with
   */
  async writeToFile(file: string): Promise<void> {
    try {
      const known = await stat(file).catch(() => undefined);
      // Beside a device or a pipe nothing can be written.
      if (known && !known.isFile()) await this.fill(createWriteStream(file));
      else await this.replace(known ? await realpath(file) : file, known?.mode);
    } catch (cause) {
      throw new ToolError(
        'bad_export',
        `--export ${file}: ${(cause as Error).message}`,
        'choose a file in a writable folder, on a disk with space',
        { cause },
      );
    }
  }

  private async replace(file: string, mode: number | undefined): Promise<void> {
    const temporary = `${file}.${process.pid}.new`;
    try {
      await this.fill(createWriteStream(temporary, { flush: true, ...(mode !== undefined && { mode }) }));
      await rename(temporary, file);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  private async fill(stream: Writable): Promise<void> {
    await pipeline(Readable.from(this.lines()), stream);
    this.signal.throwIfAborted();
  }

  /** The stream stays open. */
  async writeTo(stream: Writable): Promise<void> {
    await pipeline(Readable.from(this.lines()), stream, { end: false });
  }

  private *lines(): Generator<string> {
    for (const bucket of this.buckets) {
      for (const page of this.state.objects.walk(bucket.id, OBJECT_STATES)) {
        if (this.signal.aborted) return;
        this.written += page.length;
        yield page.map((row) => `${JSON.stringify(record(bucket, row, this.names))}\n`).join('');
      }
    }
  }
}

function record(bucket: BucketRow, row: ObjectRow, names: Names) {
  const hasFile =
    row.path !== null || row.movingFrom !== null || (row.state !== 'marker' && row.proof !== '');
  // Of an object that changed since, these would be what its former content had.
  const copy = row.proof === '' ? undefined : row;
  return {
    bucket: bucket.name,
    key: row.key,
    version: row.version,
    current: row.latest,
    state: row.state,
    size: row.size,
    modified: timeText(row.modified),
    etag: row.etag,
    storageClass: row.storageClass,
    encryption: row.encryption,
    contentType: copy?.contentType ?? null,
    metadata: parsed(copy?.metadata ?? null),
    parts: row.parts,
    checksums: parsed(row.checksums),
    file: hasFile ? `${names.folderOf(bucket.name)}/${names.pathOf(row)}` : null,
    comparedWith: row.proof === 'none' ? 'size only' : row.proof || null,
    sha256: row.sha256,
    copiedAt: timeText(copy?.copiedAt ?? null),
    verifiedAt: timeText(copy?.verifiedAt ?? null),
    restoreTier: row.restoreTier,
    restoreRequestedAt: timeText(row.restoreRequestedAt),
    restoredUntil: timeText(row.restoreUntil),
    error: row.error,
  };
}

function parsed(json: string | null): unknown {
  return json === null ? null : JSON.parse(json);
}

export function timeText(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
