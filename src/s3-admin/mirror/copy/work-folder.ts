import { createHash } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectRow } from '../../state/object-row.js';
import { LOCK_FILES } from '../../state/run-lock.js';
import { ToolError } from '../../tool-error.js';
import { regularFile } from '../inside-root.js';
import { Folders } from './folders.js';

/** `MIRROR_ROOT/.mirror`: files on their way. No bucket's name can begin with a dot. */
export class WorkFolder {
  readonly path: string;
  /** Name of the run lock of this folder. */
  readonly lock: string;
  private readonly identity: string | undefined;
  private next = 0;

  /** @throws SymbolicLink: what is cleaned up must be ours */
  constructor(private readonly root: string) {
    this.path = join(root, '.mirror');
    const folders = new Folders(root);
    for (const name of ['tmp', 'partial']) folders.make(join(this.path, name));
    this.lock = join(this.path, 'root');
    for (const suffix of LOCK_FILES) regularFile(root, `${this.lock}${suffix}`);
    this.identity = identityOf(this.path);
  }

  /**
   * Why the run must stop if the root is no longer the folder that it was when the run started: nothing may be written
   * to an empty mount point, and no copy counts as missing because its disk is.
   */
  gone(): ToolError | undefined {
    if (identityOf(this.path) === this.identity) return undefined;
    return new ToolError(
      'root_gone',
      `${this.root} is gone, or no longer the folder it was when the run started`,
      'mount its disk again, then run it again: it continues where it stopped',
    );
  }

  /** Removes what an interrupted run left. Only for the holder of the folder's run lock. */
  clean(): void {
    const [temporary, partial] = [join(this.path, 'tmp'), join(this.path, 'partial')];
    for (const name of readdirSync(temporary)) rmSync(join(temporary, name), { force: true });
    // None of ours is a link; one of these would be written through.
    for (const entry of readdirSync(partial, { withFileTypes: true })) {
      if (entry.isSymbolicLink()) rmSync(join(partial, entry.name));
    }
  }

  temporaryFile(): string {
    return join(this.path, 'tmp', `${process.pid}-${this.next++}`);
  }

  /** Name of the partial file of a large object: another content has another name. */
  partialName({ bucketId, key, version, etag, size }: ObjectRow): string {
    const identity = JSON.stringify([bucketId, key, version, etag, size]);
    return createHash('sha256').update(identity).digest('hex').slice(0, 40);
  }

  partialFile(name: string): string {
    return join(this.path, 'partial', name);
  }
}

/** Device and number of a folder; undefined where there is none, or its disk does not answer. */
function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
