import { lstatSync, renameSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BucketRow } from '../../state/buckets.js';
import type { ObjectRow } from '../../state/object-row.js';
import { changeTime } from '../change-time.js';
import { verdict } from '../content/prove.js';
import { regularFile, SymbolicLink } from '../inside-root.js';
import type { Mirror } from '../mirror.js';
import type { Arrival, Placed } from './arrival.js';
import { assertSame } from './fetch.js';
import { BlockedByFile, Folders } from './folders.js';
import { makeRoom } from './relocate.js';

/** Gives the files of one batch their names in the bucket's folder. */
export class Placing {
  /** Absolute; what was made, or renamed into, and is not durable yet. */
  readonly changedFolders = new Set<string>();
  /** Absolute names that were given; the state does not have them yet. */
  readonly #given = new Set<string>();
  readonly #folders: Folders;

  /** @param folder the bucket's, absolute */
  constructor(
    private readonly mirror: Mirror,
    private readonly bucket: BucketRow,
    private readonly folder: string,
  ) {
    this.#folders = new Folders(mirror.settings.root);
  }

  /** @throws if the disk returns other bytes, or the name is not available */
  async place(arrival: Arrival): Promise<Placed> {
    await this.#readBack(arrival);
    const path = this.#rename(arrival, await this.#isThere(arrival));
    return { ...arrival, path, fileChanged: changeTime(lstatSync(join(this.folder, path))) };
  }

  /** The bytes were right on arrival; they must be right when read back from disk, too. */
  async #readBack({ row, fetched: { file, passed } }: Arrival): Promise<void> {
    if (!passed) return;
    const { algorithm } = passed;
    const found = await this.mirror.hasher.hash({ file, start: 0, end: row.size, algorithm });
    assertSame(row, verdict(passed, found));
  }

  /** Where S3 gives nothing to compare, what a killed run placed is known only now. */
  async #isThere({ row, fetched: { sha256 } }: Arrival): Promise<boolean> {
    if (sha256 === undefined) return false;
    const file = join(this.folder, this.mirror.names.choose(row));
    if (regularFile(this.mirror.settings.root, file)?.size !== row.size) return false;
    const range = { file, start: 0, end: row.size };
    return (await this.mirror.hasher.hash({ ...range, algorithm: 'sha256' })) === sha256;
  }

  /** @returns the path below the bucket's folder */
  #rename({ row, fetched, inPlace }: Arrival, isThere: boolean): string {
    const { names } = this.mirror;
    let path = names.choose(row);
    if (inPlace && fetched.file === join(this.folder, path)) {
      this.#given.add(fetched.file);
      return path;
    }
    this.#makeFolder(path);
    let found = this.#found(path);
    if (found?.isDirectory()) {
      path = names.choose(row, true);
      this.#makeFolder(path);
      found = this.#found(path);
    }
    if (found && row.fileChanged === null && !isThere) this.#setAside(row, path);
    const target = join(this.folder, path);
    renameSync(fetched.file, target);
    this.#given.add(target);
    this.changedFolders.add(dirname(target));
    return path;
  }

  /** @throws SymbolicLink where one has the name; the folders above are known to be none */
  #found(path: string): Stats | undefined {
    const file = join(this.folder, path);
    const found = lstatSync(file, { throwIfNoEntry: false });
    if (found?.isSymbolicLink()) throw new SymbolicLink(file);
    return found;
  }

  /** A file that the state does not know, as after its loss, may be the only copy of what was under that key once. */
  #setAside(row: ObjectRow, path: string): void {
    for (let n = 1; ; n++) {
      const aside = this.mirror.names.choose({ ...row, latest: false, version: `unknown-${n}` });
      this.#makeFolder(aside);
      if (this.#found(aside)) continue;
      renameSync(join(this.folder, path), join(this.folder, aside));
      this.changedFolders.add(dirname(join(this.folder, aside)));
      this.mirror.progress.message(
        `[WARNING] ${this.bucket.name}: ${JSON.stringify(path)} was there with other content, which this state file does not know; it was renamed to ${JSON.stringify(aside)}`,
      );
      return;
    }
  }

  /** Makes the folder that a path lies in. Where the object `a` came before `a/b` was there, its copy makes room. */
  #makeFolder(path: string): void {
    const folder = dirname(join(this.folder, path));
    let changed: string[];
    try {
      changed = this.#folders.make(folder);
    } catch (error) {
      const { mirror, bucket } = this;
      if (!(error instanceof BlockedByFile)) throw error;
      if (!makeRoom(mirror, bucket, this.folder, error.file, this.#given)) throw error;
      changed = this.#folders.make(folder);
    }
    for (const one of changed) this.changedFolders.add(one);
  }
}
