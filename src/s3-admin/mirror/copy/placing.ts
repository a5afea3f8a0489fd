import { lstatSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BucketRow } from '../../state/buckets.js';
import { changeTime } from '../change-time.js';
import { verdict } from '../content/prove.js';
import { SymbolicLink } from '../inside-root.js';
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
    const path = this.#rename(arrival);
    return { ...arrival, path, fileChanged: changeTime(lstatSync(join(this.folder, path))) };
  }

  /** The bytes were right on arrival; they must be right when read back from disk, too. */
  async #readBack({ row, fetched: { file, passed } }: Arrival): Promise<void> {
    if (!passed) return;
    const { algorithm } = passed;
    const found = await this.mirror.hasher.hash({ file, start: 0, end: row.size, algorithm });
    assertSame(row, verdict(passed, found));
  }

  /** @returns the path below the bucket's folder */
  #rename({ row, fetched, inPlace }: Arrival): string {
    const { names } = this.mirror;
    let path = names.choose(row);
    if (inPlace && fetched.file === join(this.folder, path)) {
      this.#given.add(fetched.file);
      return path;
    }
    this.#makeFolder(path);
    if (this.#isFolder(path)) {
      path = names.choose(row, true);
      this.#makeFolder(path);
    }
    const target = join(this.folder, path);
    renameSync(fetched.file, target);
    this.#given.add(target);
    this.changedFolders.add(dirname(target));
    return path;
  }

  /** @throws SymbolicLink where one has the name; the folders above are known to be none */
  #isFolder(path: string): boolean {
    const file = join(this.folder, path);
    const found = lstatSync(file, { throwIfNoEntry: false });
    if (found?.isSymbolicLink()) throw new SymbolicLink(file);
    return found?.isDirectory() === true;
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
