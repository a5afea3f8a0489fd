import { createHash } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectRow } from '../../state/object-row.js';
import { Folders } from './folders.js';

/** `MIRROR_ROOT/.mirror`: files on their way. No bucket's name can begin with a dot. */
export class WorkFolder {
  readonly path: string;
  private next = 0;

  /** @throws SymbolicLink: what is cleaned up must be ours */
  constructor(root: string) {
    this.path = join(root, '.mirror');
    const folders = new Folders(root);
    for (const name of ['tmp', 'partial']) folders.make(join(this.path, name));
  }

  /** Removes what an interrupted run left. Only for the holder of the run lock. */
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
