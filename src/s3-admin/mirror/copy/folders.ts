import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { isFolder, regularFile } from '../regular-file.js';

/** Folders known to be there; forgotten when there are too many to remember. */
const REMEMBERED = 50_000;

/** Makes the folders that copies lie in, and remembers which are new: their names must become durable too. */
export class Folders {
  private readonly known = new Set<string>();

  /**
   * @returns the folders whose content changed by it
   * @throws BlockedByFile where a file has the name of a folder
   */
  make(folder: string): string[] {
    if (this.known.has(folder)) return [];
    if (this.known.size > REMEMBERED) this.known.clear();
    let first: string | undefined;
    try {
      first = mkdirSync(folder, { recursive: true });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const file = code === 'ENOTDIR' || code === 'EEXIST' ? fileAbove(folder) : undefined;
      throw file ? new BlockedByFile(file) : error;
    }
    this.known.add(folder);
    if (first === undefined) return [];
    const changed: string[] = [];
    for (let made = folder; made.length >= first.length; made = dirname(made)) changed.push(dirname(made));
    return changed;
  }

  forget(): void {
    this.known.clear();
  }
}

/** A file lies where a folder is needed. */
export class BlockedByFile extends Error {
  override readonly name = 'BlockedByFile';
  readonly code = 'path_blocked';

  constructor(readonly file: string) {
    super(`${file} is in the way: a folder is needed there`);
  }
}

function fileAbove(folder: string): string | undefined {
  let path = folder;
  while (path !== dirname(path) && !regularFile(path) && !isFolder(path)) path = dirname(path);
  return isFolder(path) ? undefined : path;
}
