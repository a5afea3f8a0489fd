import { lstatSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { SymbolicLink } from '../inside-root.js';

/**
 * Makes the folders of copies, and returns which are new: their names must become durable too. Each is made separately,
 * so that none is made through a symbolic link. Checks each folder once, so it must not outlive one batch.
 */
export class Folders {
  private readonly known = new Set<string>();

  constructor(private readonly root: string) {}

  /**
   * @param folder below the root
   * @returns the folders whose content changed by it
   * @throws BlockedByFile, SymbolicLink where one has the name of a folder
   */
  make(folder: string): string[] {
    if (folder === this.root || this.known.has(folder)) return [];
    const above = dirname(folder);
    const changed = this.make(above);
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (found?.isSymbolicLink()) throw new SymbolicLink(folder);
    if (found && !found.isDirectory()) throw new BlockedByFile(folder);
    if (!found) mkdirSync(folder);
    this.known.add(folder);
    return found ? changed : [above, ...changed];
  }
}

/** There is a file where a folder is needed. */
export class BlockedByFile extends Error {
  override readonly name = 'BlockedByFile';
  readonly code = 'path_blocked';

  constructor(readonly file: string) {
    super(`${file} is in the way: a folder is needed there`);
  }
}
