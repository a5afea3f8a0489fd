import type { ObjectPlace, ObjectRow } from '../../state/object-row.js';
import type { State } from '../../state/state.js';
import { type NameRules, pathOfObject } from './escape.js';

/** Decides and remembers where each object's copy is below its bucket's folder. */
export class Names {
  constructor(
    private readonly state: State,
    private readonly rules: NameRules,
  ) {}

  /** Where an existing copy of an object is. */
  pathOf(row: ObjectPlace): string {
    if (row.movingFrom) return row.movingFrom;
    return row.path ?? this.plain(row);
  }

  /**
   * Where the copy of an object belongs, as things are now. On a case-blind disk this takes the spelling.
   * @param besideFolder a folder lies on the disk where the plain name would be
   */
  choose(row: ObjectRow, besideFolder = false): string {
    const name = {
      key: row.key,
      version: row.latest ? undefined : row.version,
      besideFolder: row.latest && (besideFolder || this.state.objects.isAlsoFolder(row.bucketId, row.key)),
    };
    const path = pathOfObject(name, this.rules);
    if (!this.rules.portable) return path;
    return this.state.transaction(() => {
      if (this.state.spellings.take(row.bucketId, path)) return path;
      const spelledOut = pathOfObject(name, { ...this.rules, spelledOut: true });
      this.state.spellings.take(row.bucketId, spelledOut);
      return spelledOut;
    });
  }

  /** What the `path` column holds for this path: null for the plain name. */
  column(row: ObjectRow, path: string): string | null {
    return path === this.plain(row) ? null : path;
  }

  /** The folder of a bucket, below the root. */
  folderOf(bucket: string): string {
    return pathOfObject({ key: bucket.replaceAll('/', '_') }, this.rules);
  }

  private plain(row: Pick<ObjectPlace, 'key' | 'version' | 'latest'>): string {
    return pathOfObject({ key: row.key, version: row.latest ? undefined : row.version }, this.rules);
  }
}
