import { renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BucketRow } from '../../state/buckets.js';
import type { ObjectRow } from '../../state/object-row.js';
import type { ColumnValues } from '../../state/objects.js';
import { formatParts } from '../content/parts.js';
import { assertSpace, type Mirror } from '../mirror.js';
import { isFolder } from '../inside-root.js';
import { makeDurable } from './durable.js';
import { asError, describeFailure, kindOf } from './failures.js';
import type { Fetched } from './fetch.js';
import { BlockedByFile, Folders } from './folders.js';
import { makeRoom } from './relocate.js';

/** A batch leaves when it has this many files, or the time has passed. */
const BATCH_FILES = 1_000;
const BATCH_MS = 1_000;

interface Arrival {
  row: ObjectRow;
  fetched: Fetched;
  /** It lies at its place already. */
  inPlace: boolean;
}

/**
 * Puts fetched files into their places, many at once. Order is everything: bytes durable, then renamed, then the names
 * durable, then the state. A crash before the last step leaves objects to be copied whose file is there; the next run
 * compares that file with S3's value and takes it.
 */
export class Landing {
  private batch: Arrival[] = [];
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> = Promise.resolve();
  private failure: Error | undefined;
  private folders: Folders;
  failed = 0;

  constructor(
    private readonly mirror: Mirror,
    private readonly bucket: BucketRow,
    private readonly folder: string,
  ) {
    this.folders = new Folders(mirror.settings.root);
  }

  /** @throws what stopped an earlier batch */
  async add(arrival: Arrival): Promise<void> {
    this.batch.push(arrival);
    this.timer ??= setTimeout(() => this.leave(), BATCH_MS);
    if (this.batch.length >= BATCH_FILES) {
      this.leave();
      await this.working;
    }
    if (this.failure) throw this.failure;
  }

  async close(): Promise<void> {
    this.leave();
    await this.working;
    if (this.failure) throw this.failure;
  }

  private leave(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const batch = this.batch;
    this.batch = [];
    if (batch.length === 0) return;
    this.working = this.working
      .then(() => this.place(batch))
      .catch((error: unknown) => {
        this.failure ??= asError(error);
      });
  }

  private async place(batch: Arrival[]): Promise<void> {
    if (this.failure) return;
    const { root } = this.mirror.settings;
    await assertSpace(this.mirror, 0);
    await makeDurable(
      batch.map(({ fetched }) => fetched.file),
      root,
    );
    this.folders = new Folders(root);
    const changedFolders = new Set<string>();
    const placed: { arrival: Arrival; path: string }[] = [];
    for (const arrival of batch) {
      try {
        placed.push({ arrival, path: this.rename(arrival, changedFolders) });
      } catch (error) {
        if (kindOf(error) === 'stop') throw error;
        if (!arrival.inPlace) rmSync(arrival.fetched.file, { force: true });
        this.failed++;
        const failure = describeFailure(error);
        this.mirror.state.objects.update(arrival.row, { state: 'failed', error: failure });
        this.mirror.progress.message(
          `[ERROR] ${this.bucket.name} ${JSON.stringify(arrival.row.key)}: ${failure}`,
        );
      }
    }
    await makeDurable(changedFolders, root);
    this.record(placed);
  }

  /** @returns the path below the bucket's folder */
  private rename({ row, fetched, inPlace }: Arrival, changedFolders: Set<string>): string {
    let path = this.mirror.names.choose(row);
    if (inPlace && fetched.file === join(this.folder, path)) return path;
    if (isFolder(this.mirror.settings.root, join(this.folder, path))) {
      path = this.mirror.names.choose(row, true);
    }
    const target = join(this.folder, path);
    for (const changed of this.makeFolder(dirname(target))) changedFolders.add(changed);
    renameSync(fetched.file, target);
    changedFolders.add(dirname(target));
    return path;
  }

  /** Where the object `a` came before `a/b` was there, its copy makes room. */
  private makeFolder(folder: string): string[] {
    try {
      return this.folders.make(folder);
    } catch (error) {
      if (!(error instanceof BlockedByFile) || !makeRoom(this.mirror, this.bucket, this.folder, error.file))
        throw error;
      return this.folders.make(folder);
    }
  }

  private record(placed: { arrival: Arrival; path: string }[]): void {
    const { state, names, progress, settings, work } = this.mirror;
    const now = Date.now();
    state.transaction(() => {
      for (const { arrival, path } of placed) {
        const { row } = arrival;
        state.objects.update(row, {
          ...columnsOf(arrival.fetched, now),
          path: names.column(row, path),
        });
        if (row.size >= settings.largeObject) state.fetchedRanges.clear(work.partialName(row));
      }
    });
    for (const { arrival } of placed) {
      const { size } = arrival.row;
      progress.add(1, arrival.inPlace || size < settings.largeObject ? size : 0);
    }
  }
}

function columnsOf({ facts, proof, sha256, readBack }: Fetched, now: number): ColumnValues {
  const same = proof.outcome === 'same' ? proof : undefined;
  return {
    state: same && readBack ? 'verified' : 'copied',
    copied_at: now,
    verified_at: same && readBack ? now : null,
    proof: same?.proof ?? 'none',
    parts: same?.parts ? formatParts(same.parts) : null,
    sha256: sha256 ?? null,
    checksums: Object.keys(facts.checksums).length > 0 ? JSON.stringify(facts.checksums) : null,
    encryption: facts.encryption ?? null,
    content_type: facts.contentType ?? null,
    metadata: Object.keys(facts.metadata).length > 0 ? JSON.stringify(facts.metadata) : null,
    error: null,
    moving_from: null,
    restore_until: null,
  };
}
