import { lstatSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as othersTurn } from 'node:timers/promises';
import type { BucketRow } from '../../state/buckets.js';
import type { ObjectRow } from '../../state/object-row.js';
import type { ColumnValues } from '../../state/objects.js';
import { formatParts } from '../content/parts.js';
import { verdict } from '../content/prove.js';
import { assertSpace, type Mirror } from '../mirror.js';
import { SymbolicLink } from '../inside-root.js';
import { makeDurable } from './durable.js';
import { asError, describeFailure, kindOf } from './failures.js';
import { assertSame, type Fetched } from './fetch.js';
import { BlockedByFile, Folders } from './folders.js';
import { makeRoom } from './relocate.js';

/** A batch leaves when it has this many files, or the time has passed. */
const BATCH_FILES = 1_000;
const BATCH_MS = 1_000;
/** So many are placed or recorded before the bytes that came in meanwhile are looked after. */
const TURN = 32;

interface Arrival {
  row: ObjectRow;
  fetched: Fetched;
  /** It lies at its place already. */
  inPlace: boolean;
}

interface Placed extends Arrival {
  /** Below the bucket's folder. */
  path: string;
}

/**
 * Puts fetched files into their places, many at once. Order is everything: bytes durable, then read back and compared, then
 * renamed, then the names durable, then the state. A crash before the last step leaves objects to be copied whose file is there; the next run
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
    const placed: Placed[] = [];
    for (const some of inTurns(batch)) {
      const paths = await Promise.all(some.map((arrival) => this.placeOne(arrival, changedFolders)));
      for (const [i, path] of paths.entries())
        if (path !== undefined) placed.push({ ...(some[i] as Arrival), path });
      await othersTurn();
    }
    await makeDurable(changedFolders, root);
    for (const some of inTurns(placed)) {
      this.record(some);
      await othersTurn();
    }
  }

  /** @returns the path below the bucket's folder; undefined where it failed, which its row says then */
  private async placeOne(arrival: Arrival, changedFolders: Set<string>): Promise<string | undefined> {
    try {
      await this.readBack(arrival);
      return this.rename(arrival, changedFolders);
    } catch (error) {
      if (kindOf(error) === 'stop') throw error;
      if (!arrival.inPlace) rmSync(arrival.fetched.file, { force: true });
      this.failed++;
      const failure = describeFailure(error);
      this.mirror.state.objects.update(arrival.row, { state: 'failed', error: failure });
      this.mirror.progress.message(
        `[ERROR] ${this.bucket.name} ${JSON.stringify(arrival.row.key)}: ${failure}`,
      );
      return undefined;
    }
  }

  /** The bytes were right as they came in; they must be as the disk gives them back, too. */
  private async readBack({ row, fetched: { file, passed } }: Arrival): Promise<void> {
    if (!passed) return;
    const { algorithm } = passed;
    const found = await this.mirror.hasher.hash({ file, start: 0, end: row.size, algorithm });
    assertSame(row, verdict(passed, found));
  }

  /** @returns the path below the bucket's folder */
  private rename({ row, fetched, inPlace }: Arrival, changedFolders: Set<string>): string {
    const { names } = this.mirror;
    let path = names.choose(row);
    if (inPlace && fetched.file === join(this.folder, path)) return path;
    this.makeFolder(path, changedFolders);
    if (this.isFolder(path)) {
      path = names.choose(row, true);
      this.makeFolder(path, changedFolders);
    }
    const target = join(this.folder, path);
    renameSync(fetched.file, target);
    changedFolders.add(dirname(target));
    return path;
  }

  /** @throws SymbolicLink where one has the name; the folders above are known to be none */
  private isFolder(path: string): boolean {
    const file = join(this.folder, path);
    const found = lstatSync(file, { throwIfNoEntry: false });
    if (found?.isSymbolicLink()) throw new SymbolicLink(file);
    return found?.isDirectory() === true;
  }

  /** Makes the folder that a path lies in. Where the object `a` came before `a/b` was there, its copy makes room. */
  private makeFolder(path: string, changedFolders: Set<string>): void {
    const folder = dirname(join(this.folder, path));
    let changed: string[];
    try {
      changed = this.folders.make(folder);
    } catch (error) {
      if (!(error instanceof BlockedByFile) || !makeRoom(this.mirror, this.bucket, this.folder, error.file))
        throw error;
      changed = this.folders.make(folder);
    }
    for (const one of changed) changedFolders.add(one);
  }

  private record(placed: Placed[]): void {
    const { state, names, progress, settings, work } = this.mirror;
    const now = Date.now();
    state.transaction(() => {
      for (const { row, fetched, path } of placed) {
        state.objects.update(row, {
          ...columnsOf(fetched, now),
          path: names.column(row, path),
        });
        if (row.size >= settings.largeObject) state.fetchedRanges.clear(work.partialName(row));
      }
    });
    for (const { row, inPlace } of placed) {
      progress.add(1, inPlace || row.size < settings.largeObject ? row.size : 0);
    }
  }
}

function* inTurns<T>(items: T[]): Generator<T[]> {
  for (let i = 0; i < items.length; i += TURN) yield items.slice(i, i + TURN);
}

function columnsOf({ facts, proof, sha256 }: Fetched, now: number): ColumnValues {
  const same = proof.outcome === 'same' ? proof : undefined;
  return {
    state: same ? 'verified' : 'copied',
    copied_at: now,
    verified_at: same ? now : null,
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
