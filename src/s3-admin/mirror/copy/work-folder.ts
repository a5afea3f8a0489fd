import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectRow } from '../../state/object-row.js';

/** `MIRROR_ROOT/.mirror`: files on their way. No bucket's name can begin with a dot. */
export class WorkFolder {
  readonly path: string;
  private next = 0;

  constructor(root: string) {
    this.path = join(root, '.mirror');
    mkdirSync(join(this.path, 'tmp'), { recursive: true });
    mkdirSync(join(this.path, 'partial'), { recursive: true });
  }

  /** Removes what an interrupted run left. Only for the holder of the run lock. */
  clean(): void {
    const folder = join(this.path, 'tmp');
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { force: true });
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
